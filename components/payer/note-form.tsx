'use client'

import { useState, useTransition, type FormEvent } from 'react'
import { toast } from 'sonner'
import type { FieldError } from '@/lib/errors'
import type { Payer } from '@/lib/payers'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { useHydrated } from '../use-hydrated'
import { NoteFields } from './note-fields'

type Props = { initial: Payer.PayerNote; save: (input: Payer.PayerNoteInput) => Promise<Outcome<string>> }

/** Edits what is held of one payer. */
export function NoteForm({ initial, save }: Props) {
  const ready = useHydrated()
  const [note, setNote] = useState(initial)
  const [errors, setErrors] = useState<readonly FieldError[]>([])
  const [busy, start] = useTransition()

  function submit(event: FormEvent) {
    event.preventDefault()
    start(async () => {
      const outcome = await save(note)
      setErrors(outcome.ok ? [] : outcome.fields)
      if (outcome.ok) toast.success('Saved: it holds from the next request on.')
      else if (outcome.fields.length === 0) toast.error(outcome.message)
    })
  }

  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <NoteFields note={note} errors={errors} onChange={setNote} />
      <Button type="submit" disabled={busy || !ready} className="self-start">
        {busy ? 'Saving…' : 'Save'}
      </Button>
    </form>
  )
}
