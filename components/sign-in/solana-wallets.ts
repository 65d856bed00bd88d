import { useEffect, useState } from 'react'
import type { Challenge } from '@/lib/auth'
import type { SignedMessage } from './sign-by-evm'

/** Wallets of Solana announce themselves by the Wallet Standard: https://github.com/wallet-standard/wallet-standard */
export type SolanaWallet = {
  name: string
  /** A data URL. */
  icon: string
  features: {
    'standard:connect': { connect(): Promise<{ accounts: readonly Account[] }> }
    'solana:signMessage': {
      signMessage(input: { account: Account; message: Uint8Array }): Promise<readonly { signature: Uint8Array }[]>
    }
  }
}

type Account = { address: string; chains: readonly string[] }
type Announced = Omit<SolanaWallet, 'features'> & { features: object }
type Register = { register(...wallets: Announced[]): () => void }

/** The wallets of this browser that can sign a message. They announce themselves before or after the page loads. */
export function useSolanaWallets(): readonly SolanaWallet[] {
  const [wallets, setWallets] = useState<readonly SolanaWallet[]>([])
  useEffect(() => {
    const api: Register = {
      register: (...announced) => {
        const able = announced.filter(canSign)
        setWallets((known) => [...known.filter((wallet) => !able.includes(wallet)), ...able])
        return () => setWallets((known) => known.filter((wallet) => !able.includes(wallet)))
      },
    }
    const meet = (event: Event) => (event as CustomEvent<(api: Register) => void>).detail(api)
    window.addEventListener('wallet-standard:register-wallet', meet)
    window.dispatchEvent(new CustomEvent('wallet-standard:app-ready', { detail: api }))
    return () => window.removeEventListener('wallet-standard:register-wallet', meet)
  }, [])
  return wallets
}

function canSign(wallet: Announced): wallet is SolanaWallet {
  return 'standard:connect' in wallet.features && 'solana:signMessage' in wallet.features
}

/** Connects a wallet of Solana and signs the challenge with its first account there. */
export async function signBySolana(
  { features }: SolanaWallet,
  challenge: Challenge.SiweChallenge,
): Promise<SignedMessage> {
  const { accounts } = await features['standard:connect'].connect()
  const account = accounts.find(({ chains }) => chains.some((chain) => chain.startsWith('solana:')))
  if (!account) throw new Error('The wallet shared no account. Unlock it and try again.')
  const message = textOf(challenge, account.address)
  const [signed] = await features['solana:signMessage'].signMessage({
    account,
    message: new TextEncoder().encode(message),
  })
  if (!signed) throw new Error('The wallet did not sign. Try again.')
  const hex = Array.from(signed.signature, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return { message, signature: `0x${hex}` }
}

/** Must match exactly what lib/auth/SolanaMessage parses. */
function textOf(challenge: Challenge.SiweChallenge, address: string): string {
  const { domain, statement, uri, version, nonce, issuedAt, expirationTime } = challenge
  return [
    `${domain} wants you to sign in with your Solana account:`,
    address,
    '',
    statement,
    '',
    `URI: ${uri}`,
    `Version: ${version}`,
    `Nonce: ${nonce}`,
    `Issued At: ${issuedAt}`,
    `Expiration Time: ${expirationTime}`,
  ].join('\n')
}
