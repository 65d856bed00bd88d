'use client'

import { PasskeyButton } from './passkey-button'
import { exchange } from './sign-in-panel'
import { WalletButtons, type WalletSetup } from './wallet-buttons'

type Props = { setup: WalletSetup; onSignedIn: (signedIn: { wallet: string }) => void }

/** Every way to sign in. `sign-in-again.tsx` loads this file when it is wanted. */
export function SignInWays({ setup, onSignedIn }: Props) {
  return (
    <div>
      <WalletButtons setup={setup} act={async (sign) => onSignedIn(await exchange(sign))} />
      <PasskeyButton onSignedIn={onSignedIn} />
    </div>
  )
}
