'use client'

import { Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState, useTransition, type FormEvent } from 'react'
import { toast } from 'sonner'
import type { FieldError } from '@/lib/errors'
import type { Payer } from '@/lib/payers'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import {
  Dialog,
  DialogClose,
  DialogContent,
  DialogDescription,
  DialogFooter,
  DialogHeader,
  DialogTitle,
  DialogTrigger,
} from '../ui/dialog'
import { describedBy, Field } from '../ui/field'
import { Input } from '../ui/input'
import { NoteFields } from './note-fields'

type Props = { save: (address: string, input: Payer.PayerNoteInput) => Promise<Outcome<string>> }

const empty: Payer.PayerNote = { label: '', stance: 'allow', ours: false }

/** Notes a wallet before it has paid: to allow it, or to keep it out. */
export function AddPayer({ save }: Props) {
  const router = useRouter()
  const [open, setOpen] = useState(false)
  const [address, setAddress] = useState('')
  const [note, setNote] = useState(empty)
  const [errors, setErrors] = useState<readonly FieldError[]>([])
  const [busy, start] = useTransition()
  const walletError = errors.find(({ field }) => field === 'wallet')?.message

  function submit(event: FormEvent) {
    event.preventDefault()
    start(async () => {
      const outcome = await save(address, note)
      if (outcome.ok) return router.push(`/payers/${outcome.value}`)
      setErrors(outcome.fields)
      if (outcome.fields.length === 0) toast.error(outcome.message)
    })
  }

  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        setErrors([])
        setAddress('')
        setNote(empty)
      }}
    >
      <DialogTrigger render={<Button />}>
        <Plus aria-hidden /> Add wallet
      </DialogTrigger>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>Add a wallet</DialogTitle>
          <DialogDescription>It may have paid already, or not yet.</DialogDescription>
        </DialogHeader>
        <form onSubmit={submit} noValidate className="flex flex-col gap-4">
          <Field id="payer-wallet" label="Address" error={walletError}>
            <Input
              id="payer-wallet"
              {...describedBy('payer-wallet', { error: walletError !== undefined })}
              value={address}
              placeholder="0x…"
              autoComplete="off"
              spellCheck={false}
              className="font-mono text-xs"
              onChange={({ target }) => setAddress(target.value)}
            />
          </Field>
          <NoteFields note={note} errors={errors} onChange={setNote} />
          <DialogFooter>
            <DialogClose render={<Button variant="outline" />}>Cancel</DialogClose>
            <Button type="submit" disabled={busy}>
              {busy ? 'Saving…' : 'Add wallet'}
            </Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  )
}
