'use client'

import { useEffect, useState } from 'react'

/** A wallet extension that announced itself (EIP-6963). */
export type InjectedWallet = { id: string; name: string; provider: WalletProvider }

export type WalletProvider = { request: (call: { method: string; params?: unknown }) => Promise<unknown> }

/** The exact token transfer of a refund, as a wallet signs it. */
export type PreparedTransfer = { chainId: number; from: string; token: string; data: string; networkName: string }

/** The wallet extensions of this browser. */
export function useInjectedWallets(): readonly InjectedWallet[] {
  const [wallets, setWallets] = useState<readonly InjectedWallet[]>([])
  useEffect(() => {
    const add = (event: Event) => {
      const { info, provider } = (
        event as CustomEvent<{ info: { uuid: string; name: string }; provider: WalletProvider }>
      ).detail
      setWallets((before) =>
        before.some(({ id }) => id === info.uuid) ? before : [...before, { id: info.uuid, name: info.name, provider }],
      )
    }
    window.addEventListener('eip6963:announceProvider', add)
    window.dispatchEvent(new Event('eip6963:requestProvider'))
    return () => window.removeEventListener('eip6963:announceProvider', add)
  }, [])
  return wallets
}

/**
 * Has a wallet sign and send the transfer of a refund. No library of wallets is loaded for one call.
 * @returns the hash.
 * @throws Error with a sentence for a person.
 */
export async function sendTransfer({ provider }: InjectedWallet, transfer: PreparedTransfer): Promise<string> {
  const { chainId, from, token, data, networkName } = transfer
  try {
    const accounts = (await provider.request({ method: 'eth_requestAccounts' })) as string[]
    if (!accounts.some((account) => account.toLowerCase() === from.toLowerCase()))
      throw new Error(`The wallet does not share the account ${from}. Choose it in the wallet and try again.`)
    const wanted = `0x${chainId.toString(16)}`
    if ((await provider.request({ method: 'eth_chainId' })) !== wanted)
      await provider.request({ method: 'wallet_switchEthereumChain', params: [{ chainId: wanted }] })
    return (await provider.request({ method: 'eth_sendTransaction', params: [{ from, to: token, data }] })) as string
  } catch (error) {
    throw new Error(sentenceOf(error, networkName), { cause: error })
  }
}

function sentenceOf(error: unknown, networkName: string): string {
  const { code, message } = error as { code?: number; message?: string }
  if (code === 4001) return 'The request was declined in the wallet. Nothing was sent.'
  if (code === 4902) return `The wallet does not know ${networkName}. Add the network in the wallet and try again.`
  if (code === -32002) return 'The wallet already shows a request. Open it and answer there.'
  return code === undefined && message
    ? message
    : 'The wallet could not send the transfer. Look there before you try again.'
}
