import type { EIP1193Provider, Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { Signer } from './buy'

/** A wallet that can pay from this page. */
export type Wallet = { id: string; name: string; connect(chainId: number): Promise<Signer> }

/** The demo's agent. Its key is part of the page, and its money is worthless. */
export function testWallet(key: Hex): Wallet {
  const account = privateKeyToAccount(key)
  return { id: 'test', name: 'Test wallet', connect: () => Promise.resolve(account as unknown as Signer) }
}

type Announced = { info: { uuid: string; name: string }; provider: EIP1193Provider }

/** Watches for wallets of this browser, which announce themselves (EIP-6963). @returns a function that stops watching. */
export function watchWallets(found: (wallet: Wallet) => void): () => void {
  const listen = (event: Event) => {
    const { info, provider } = (event as CustomEvent<Announced>).detail
    found({ id: info.uuid, name: info.name, connect: (chainId) => connect(provider, chainId) })
  }
  window.addEventListener('eip6963:announceProvider', listen)
  window.dispatchEvent(new Event('eip6963:requestProvider'))
  return () => window.removeEventListener('eip6963:announceProvider', listen)
}

/** Wallets sign typed data only for their current chain. */
async function connect(provider: EIP1193Provider, chainId: number): Promise<Signer> {
  const [address] = await provider.request({ method: 'eth_requestAccounts' })
  if (!address) throw new Error('The wallet shared no account. Unlock it and try again.')
  const wanted = `0x${chainId.toString(16)}` as const
  if ((await provider.request({ method: 'eth_chainId' })) !== wanted)
    await provider.request({ method: 'wallet_switchEthereumChain', params: [{ chainId: wanted }] })
  const { createWalletClient, custom } = await import('viem')
  const client = createWalletClient({ account: address, transport: custom(provider) })
  return { address, signTypedData: (data) => client.signTypedData(data) }
}
