'use client'

import { Fingerprint } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import type { Challenge, PasskeyOptions } from '@/lib/auth'
import type { Outcome } from '../outcome'
import { createPasskey } from '../sign-in/passkey'
import type { SignedMessage, SignText } from '../sign-in/sign-by-evm'
import { WalletButtons, type WalletSetup } from '../sign-in/wallet-buttons'
import { Button } from '../ui/button'
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle, DialogTrigger } from '../ui/dialog'
import { useHydrated } from '../use-hydrated'

type Props = {
  setup: WalletSetup
  begin: () => Promise<Outcome<{ challenge: Challenge.SiweChallenge; options: PasskeyOptions }>>
  add: (response: unknown, signed: SignedMessage) => Promise<Outcome<null>>
}

/** Makes a passkey on this device after the wallet has signed for it. */
export function AddPasskey({ setup, begin, add }: Props) {
  const ready = useHydrated()
  const [open, setOpen] = useState(false)

  async function signAndAdd(sign: SignText) {
    const begun = await begin()
    if (!begun.ok) throw new Error(begun.message)
    const signed = await sign(begun.value.challenge)
    const added = await add(await createPasskey(begun.value.options), signed)
    if (!added.ok) throw new Error(added.message)
    setOpen(false)
    toast.success('This device signs in with a passkey now.')
  }

  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger
        disabled={!ready}
        render={
          <Button size="sm" variant="outline">
            <Fingerprint aria-hidden /> Add a passkey
          </Button>
        }
      />
      <DialogContent>
        <DialogHeader>
          <DialogTitle>Add a passkey</DialogTitle>
          <DialogDescription>
            Your wallet signs first, so that a stolen session cannot add a way in. Then this device asks for your
            finger, face or PIN.
          </DialogDescription>
        </DialogHeader>
        <WalletButtons setup={setup} act={signAndAdd} label={(wallet) => `Sign with ${wallet}`} />
      </DialogContent>
    </Dialog>
  )
}
