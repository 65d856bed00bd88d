import { numberToHex, UserRejectedRequestError, type Address, type EIP1193RequestFn } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { createConnector } from 'wagmi'

/** A wallet of the demo: its key, its name, and the label of its button on the sign-in page. */
export type DemoWallet = { key: `0x${string}`; name: string; label: string }

export const demoConnectorType = 'demo'

type Provider = { request: EIP1193RequestFn }

/** A wallet inside the page, for the demo only: signs messages with a key whose money is worthless. */
export function demoConnector({ key, name }: DemoWallet, chainId: number) {
  const account = privateKeyToAccount(key)

  async function request({ method, params }: { method: string; params?: unknown }): Promise<unknown> {
    if (method === 'eth_accounts' || method === 'eth_requestAccounts') return [account.address]
    if (method === 'eth_chainId') return numberToHex(chainId)
    if (method === 'personal_sign') {
      const [raw] = params as [`0x${string}`]
      return account.signMessage({ message: { raw } })
    }
    throw new UserRejectedRequestError(new Error(`The demo wallet does not support ${method}`))
  }
  const provider = { request: request as EIP1193RequestFn }

  return createConnector<Provider>(() => ({
    id: `sluice-demo-${account.address}`,
    name,
    type: demoConnectorType,
    connect: async <Capable extends boolean = false>() => ({
      accounts: [account.address] as unknown as Capable extends true
        ? readonly { address: Address; capabilities: Record<string, unknown> }[]
        : readonly Address[],
      chainId,
    }),
    disconnect: async () => undefined,
    getAccounts: async () => [account.address],
    getChainId: async () => chainId,
    getProvider: async () => provider,
    isAuthorized: async () => false,
    onAccountsChanged: () => undefined,
    onChainChanged: () => undefined,
    onDisconnect: () => undefined,
  }))
}
