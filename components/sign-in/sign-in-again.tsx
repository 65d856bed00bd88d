'use client'

import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from '../ui/dialog'
import { offerSignIn } from './again'
import type { WalletSetup } from './wallet-buttons'

// Wallets and passkeys are loaded when a session is over, not with every page.
const Ways = lazy(() => import('./sign-in-ways').then(({ SignInWays }) => ({ default: SignInWays })))

/** Signs in again in place when an action finds the session over. Mount it once on a page. */
export function SignInAgain({ address, setup }: { address: string; setup: WalletSetup }) {
  const [open, setOpen] = useState(false)
  const answer = useRef<(signedIn: boolean) => void>(undefined)

  useEffect(
    () =>
      offerSignIn(
        () =>
          new Promise((resolve) => {
            answer.current = resolve
            setOpen(true)
          }),
      ),
    [],
  )

  function close(signedIn: boolean) {
    setOpen(false)
    answer.current?.(signedIn)
    answer.current = undefined
  }

  function finish({ wallet }: { wallet: string }) {
    if (wallet === address) close(true)
    // What is on this page belongs to another wallet.
    else window.location.assign('/')
  }

  return (
    <Dialog open={open} onOpenChange={(next) => !next && close(false)}>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>Sign in again</DialogTitle>
          <DialogDescription>
            Your session has ended. Sign with the same wallet, and your change is saved. Nothing on this page is lost.
          </DialogDescription>
        </DialogHeader>
        <Suspense>
          <Ways setup={setup} onSignedIn={finish} />
        </Suspense>
      </DialogContent>
    </Dialog>
  )
}
