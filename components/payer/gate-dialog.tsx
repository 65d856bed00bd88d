'use client'

import { ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import type { Payer } from '@/lib/payers'
import { CheckField, SwitchField } from '../form/field'
import { FormDialog } from '../form/form-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

type Choice = { id: string; label: string }

type Props = {
  gate: Payer.PayerGate
  resources: readonly Choice[]
  save: (input: Payer.PayerGateInput) => Promise<Outcome<null>>
}

/** Chooses where only allowed payers are served: nowhere, for some resources, or in the whole shop. */
export function GateDialog({ gate, resources, save }: Props) {
  return (
    <FormDialog
      trigger={
        <Button variant="outline">
          <ShieldCheck aria-hidden /> Who may pay
        </Button>
      }
      title="Who may pay"
      description="Where only allowed payers are served, payments of all other wallets are refused with 403 and not charged."
      submitLabel="Save"
      done="Saved. It applies from the next request on."
      send={({ isOn, all }) => save({ wholeShop: isOn('wholeShop'), resourceIds: all('resourceIds') })}
    >
      <GateFields gate={gate} resources={resources} />
    </FormDialog>
  )
}

function GateFields({ gate, resources }: Pick<Props, 'gate' | 'resources'>) {
  const [wholeShop, setWholeShop] = useState(gate.wholeShop)
  return (
    <>
      <SwitchField
        name="wholeShop"
        label="Only allowed payers, in the whole shop"
        hint="Denied payers are refused in any case."
        value={wholeShop}
        onChange={setWholeShop}
      />
      {resources.length > 0 && (
        // Hidden, not removed: the choice is saved with the form either way.
        <div hidden={wholeShop} className="max-h-64 overflow-y-auto">
          <CheckField
            name="resourceIds"
            legend="Only allowed payers, for these resources"
            options={resources.map(({ id, label }) => ({ value: id, label }))}
            defaultValue={gate.resourceIds}
          />
        </div>
      )}
    </>
  )
}
