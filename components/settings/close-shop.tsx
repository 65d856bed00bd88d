'use client'

import { useState } from 'react'
import { toast } from 'sonner'
import type { Challenge } from '@/lib/auth'
import { TextField } from '../form/field'
import { FormContext } from '../form/form-scope'
import type { Outcome } from '../outcome'
import type { SignedMessage, SignText } from '../sign-in/sign-by-evm'
import { useSignedForm } from '../sign-in/use-signed-form'
import { WalletButtons, type WalletSetup } from '../sign-in/wallet-buttons'
import { Button } from '../ui/button'
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle, DialogTrigger } from '../ui/dialog'
import { useHydrated } from '../use-hydrated'

type Input = { slug: string }

type Props = {
  slug: string
  setup: WalletSetup
  begin: (input: Input) => Promise<Outcome<Challenge.SiweChallenge>>
  close: (input: Input, signed: SignedMessage) => Promise<Outcome<null>>
}

/** Closes the shop after its slug was typed and the owner's wallet signed. */
export function CloseShop({ slug, setup, begin, close }: Props) {
  const ready = useHydrated()
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const form = useSignedForm<Input, null>(begin, close, () => {
    setOpen(false)
    toast.success('The shop is closed.')
  })
  const signAndClose = (sign: SignText) => form.submit({ slug: typed }, sign)
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger disabled={!ready} render={<Button variant="destructive">Close the shop</Button>} />
      <DialogContent>
        <DialogHeader>
          <DialogTitle>Close {slug} for good?</DialogTitle>
          <DialogDescription>
            Every address answers 410, API keys stop, and no other shop gets the slug. Payments, reports and the audit
            log stay readable, and delivered payments can still be refunded. It cannot be opened again.
          </DialogDescription>
        </DialogHeader>
        <FormContext value={form.scope}>
          <div id={form.scope.id} className="flex flex-col gap-4">
            <TextField
              name="slug"
              label={`Type ${slug} to confirm`}
              kind="code"
              value={typed}
              onChange={(next) => {
                form.clear('slug')
                setTyped(next)
              }}
            />
            <WalletButtons setup={setup} act={signAndClose} label={(wallet) => `Sign and close with ${wallet}`} />
          </div>
        </FormContext>
      </DialogContent>
    </Dialog>
  )
}
