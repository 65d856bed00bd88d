'use client'

import { useState } from 'react'
import type { Payer } from '@/lib/payers'
import { SelectField, SwitchField, TextField } from '../form/field'

const stances: readonly { value: Payer.PayerStance; label: string }[] = [
  { value: 'none', label: 'No rule' },
  { value: 'allow', label: 'Allowed' },
  { value: 'deny', label: 'Denied' },
]

const hints: Record<Payer.PayerStance, string> = {
  none: 'Served wherever payers need no permission.',
  allow: 'Also served where only allowed payers are.',
  deny: 'Its payments and vouchers are refused with 403 from now on. It keeps what it has paid for, and it can close its channels.',
}

/** A merchant's note on a wallet, as fields; `noteOf` reads them. */
export function NoteFields({ initial }: { initial: Payer.PayerNote }) {
  const [stance, setStance] = useState(initial.stance)
  return (
    <>
      <TextField
        name="label"
        label="Label"
        hint="Your name for this wallet. Visible to your team only."
        defaultValue={initial.label}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          name="country"
          label="Country"
          hint="Two letters, such as DE. Shown in exports, never guessed."
          defaultValue={initial.country}
        />
        <TextField name="vatId" label="VAT id" defaultValue={initial.vatId} />
      </div>
      <SelectField
        name="stance"
        label="Access"
        hint={hints[stance]}
        options={stances}
        value={stance}
        onChange={(next) => setStance(next as Payer.PayerStance)}
      />
      <SwitchField
        name="ours"
        label="Our own wallet, do not count"
        hint="Its payments are booked like all others, and are left out of revenue, conversion and price replay."
        defaultValue={initial.ours}
      />
    </>
  )
}
