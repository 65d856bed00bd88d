'use client'

import { Fingerprint, LoaderCircle } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../ui/button'
import { useHydrated } from '../use-hydrated'
import { signInByPasskey } from './passkey'
import type { SignedIn } from './post'

/** Signs in by a passkey; `onSignedIn` gets the wallet. */
export function PasskeyButton({ onSignedIn }: { onSignedIn: (signedIn: SignedIn) => void }) {
  const ready = useHydrated()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()

  async function begin() {
    setBusy(true)
    setError(undefined)
    try {
      onSignedIn(await signInByPasskey())
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown.message : 'The passkey was not used. Try again.')
      setBusy(false)
    }
  }

  return (
    <div className="mt-2 flex flex-col gap-2">
      <Button size="lg" variant="outline" disabled={!ready || busy} onClick={() => void begin()}>
        {busy ? <LoaderCircle aria-hidden className="animate-spin" /> : <Fingerprint aria-hidden />}
        Continue with a passkey
      </Button>
      <p role="alert" className="text-sm text-destructive empty:hidden">
        {error}
      </p>
    </div>
  )
}
