import type { Payer } from '@/lib/payers'
import type { FormValues } from '../form/use-action-form'

/** What `NoteFields` hold. */
export function noteOf({ text, isOn }: FormValues): Payer.PayerNoteInput {
  return {
    label: text('label'),
    stance: text('stance') as Payer.PayerStance,
    ours: isOn('ours'),
    country: text('country'),
    vatId: text('vatId'),
  }
}
