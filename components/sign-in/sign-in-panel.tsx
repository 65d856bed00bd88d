'use client'

import type { Challenge } from '@/lib/auth'
import { PasskeyButton } from './passkey-button'
import { post, type SignedIn } from './post'
import type { SignText } from './sign-by-evm'
import { WalletButtons, type WalletSetup } from './wallet-buttons'

type Props = WalletSetup & {
  /** Path to open after signing in. */
  next: string
}

/** Signs in with a wallet of this browser and opens the page that was asked for. */
export function SignInPanel({ next, ...setup }: Props) {
  function leave({ member, paid }: SignedIn) {
    // A wallet without a shop has one page of its own, and may want to open a shop.
    const elsewhere = next === '/' && !paid ? '/start' : ownPage
    window.location.assign(member || isOpenToAgents(next) ? next : elsewhere)
  }
  async function signIn(sign: SignText) {
    leave(await exchange(sign))
    // The page is leaving: its buttons stay busy.
    await new Promise(() => undefined)
  }
  return (
    <>
      <WalletButtons setup={setup} act={signIn} />
      <PasskeyButton onSignedIn={leave} />
    </>
  )
}

/** Signs the server's challenge and exchanges it for session cookies. */
export async function exchange(sign: SignText): Promise<SignedIn> {
  const signed = await sign(await post<Challenge.SiweChallenge>('/api/auth/nonce'))
  return post<SignedIn>('/api/auth/verify', signed)
}

/** The page with a wallet's own payments. */
const ownPage = '/me'

/** Pages for wallets that are not members. */
function isOpenToAgents(path: string): boolean {
  return /^\/(me|start|invite)([/?]|$)/.test(path)
}
