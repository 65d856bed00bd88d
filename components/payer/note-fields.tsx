'use client'

import type { FieldError } from '@/lib/errors'
import type { Payer } from '@/lib/payers'
import { SwitchRow } from '../resource/switch-row'
import { describedBy, Field } from '../ui/field'
import { Input } from '../ui/input'
import { Select } from '../ui/select'

const stances: readonly { value: Payer.PayerStance; label: string }[] = [
  { value: 'none', label: 'Like everybody' },
  { value: 'allow', label: 'Allowed' },
  { value: 'deny', label: 'Denied' },
]

const hints: Record<Payer.PayerStance, string> = {
  none: 'Served wherever everybody is.',
  allow: 'Served also where only allowed payers are.',
  deny: 'Its payments and vouchers are refused with 403 from now on. What it has paid for stays its own, and it can close its channels.',
}

type Props = {
  note: Payer.PayerNote
  errors: readonly FieldError[]
  onChange: (note: Payer.PayerNote) => void
}

/** What a merchant holds of a wallet, as fields. */
export function NoteFields({ note, errors, onChange }: Props) {
  const labelError = errors.find(({ field }) => field === 'label')?.message
  return (
    <>
      <Field id="payer-label" label="Label" hint="Whom you take it for. Only your members see it." error={labelError}>
        <Input
          id="payer-label"
          {...describedBy('payer-label', { hint: true, error: labelError !== undefined })}
          value={note.label}
          autoComplete="off"
          onChange={({ target }) => onChange({ ...note, label: target.value })}
        />
      </Field>
      <Field id="payer-stance" label="Sells to it" hint={hints[note.stance]}>
        <Select
          id="payer-stance"
          {...describedBy('payer-stance', { hint: true })}
          options={stances}
          value={note.stance}
          onValueChange={(stance) => onChange({ ...note, stance: stance as Payer.PayerStance })}
        />
      </Field>
      <SwitchRow
        label="Ours, do not count"
        hint="In the books like everybody’s, and left out of revenue, conversion and price replay."
        checked={note.ours}
        onChange={(ours) => onChange({ ...note, ours })}
      />
    </>
  )
}
