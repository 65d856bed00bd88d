'use client'

import { useRouter } from 'next/navigation'
import type { PaymentNote } from '@/lib/payments'
import { TextAreaField, TextField } from '../form/field'
import { FormDialog } from '../form/form-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

type Props = {
  id: string
  initial: PaymentNote.PaymentNote
  save: (ids: readonly string[], input: PaymentNote.PaymentNoteInput) => Promise<Outcome<number>>
}

/** Edits the merchant's label and note of one payment. */
export function NoteDialog({ id, initial, save }: Props) {
  const router = useRouter()
  return (
    <FormDialog
      trigger={
        <Button variant="outline" size="sm">
          Edit note
        </Button>
      }
      title="Label and note"
      description="Only your team sees them. Exports hold them."
      submitLabel="Save"
      done="Saved."
      send={({ text }) => save([id], { label: text('label'), note: text('note') })}
      onSaved={() => router.refresh()}
    >
      <TextField name="label" label="Label" defaultValue={initial.label} />
      <TextAreaField name="note" label="Note" defaultValue={initial.note} />
    </FormDialog>
  )
}
