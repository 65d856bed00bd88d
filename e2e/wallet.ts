import type { Page } from '@playwright/test'
import { createWalletClient, http, toHex, type Address, type Hex, type TypedDataDefinition } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

export const walletName = 'E2E Wallet'

const ether = { name: 'Ether', symbol: 'ETH', decimals: 18 }

type Ask = { method: string; params?: unknown[] }
type Provider = { request(ask: Ask): Promise<unknown>; on(): void; removeListener(): void }

/**
 * Puts a wallet into the page that announces itself as EIP-6963 asks; wagmi finds it like any extension. Its key stays
 * in Node. Call before the page is opened.
 * @param rpcUrl where it sends transactions; without it, it sends none.
 */
export async function installWallet(page: Page, privateKey: Hex, chainId: number, rpcUrl = ''): Promise<void> {
  const account = privateKeyToAccount(privateKey)
  const answers: Record<string, (params: unknown[]) => unknown> = {
    eth_requestAccounts: () => [account.address],
    eth_accounts: () => [account.address],
    eth_chainId: () => toHex(chainId),
    net_version: () => String(chainId),
    wallet_requestPermissions: () => [{ parentCapability: 'eth_accounts' }],
    wallet_switchEthereumChain: () => null,
    eth_sendTransaction: ([asked]) => {
      const { to, data } = asked as { to: Address; data: Hex }
      const id = Number(chainId)
      const chain = { id, name: `chain ${id}`, nativeCurrency: ether, rpcUrls: { default: { http: [rpcUrl] } } }
      return createWalletClient({ account, chain, transport: http(rpcUrl) }).sendTransaction({ to, data })
    },
    personal_sign: ([raw]) => account.signMessage({ message: { raw: raw as Hex } }),
    eth_signTypedData_v4: ([, text]) => {
      // viem derives the domain's type itself.
      const { types, ...typed } = JSON.parse(text as string) as TypedDataDefinition
      const { EIP712Domain: _, ...rest } = types as Record<string, unknown>
      return account.signTypedData({ ...typed, types: rest } as TypedDataDefinition)
    },
  }
  await page.exposeFunction('e2eWallet', async ({ method, params = [] }: Ask) => {
    const answer = answers[method]
    if (!answer) throw new Error(`the wallet of the tests does not know ${method}`)
    return answer(params)
  })
  await page.addInitScript((name) => {
    const call = (window as unknown as { e2eWallet: Provider['request'] }).e2eWallet
    const provider: Provider = { request: (ask) => call(ask), on() {}, removeListener() {} }
    const icon = 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>'
    const info = { uuid: '350670db-19fa-4704-a166-e52e178b59d2', name, icon, rdns: 'test.e2e' }
    const detail = Object.freeze({ info, provider })
    const announce = () => window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }))
    window.addEventListener('eip6963:requestProvider', announce)
    announce()
  }, walletName)
}
