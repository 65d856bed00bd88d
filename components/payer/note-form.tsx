'use client'

import { toast } from 'sonner'
import type { Payer } from '@/lib/payers'
import { Form, FormFooter } from '../form/form'
import { useActionForm } from '../form/use-action-form'
import type { Outcome } from '../outcome'
import { NoteFields } from './note-fields'
import { noteOf } from './note-of'

type Props = { initial: Payer.PayerNote; save: (input: Payer.PayerNoteInput) => Promise<Outcome<string>> }

/** Edits the merchant's note on one payer. */
export function NoteForm({ initial, save }: Props) {
  const form = useActionForm(
    (values) => save(noteOf(values)),
    () => toast.success('Saved. It applies from the next request on.'),
  )
  return (
    <Form form={form}>
      <NoteFields initial={initial} />
      <FormFooter form={form} submitLabel="Save" />
    </Form>
  )
}
