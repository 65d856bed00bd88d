'use client'

import { useState } from 'react'
import type { Payer } from '@/lib/payers'
import { CheckField, SwitchField } from '../form/field'

type Props = {
  gate: Payer.PayerGate
  resources: readonly { id: string; label: string }[]
}

/** Where only allowed payers are served. */
export function GateFields({ gate, resources }: Props) {
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
