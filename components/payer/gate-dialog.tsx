'use client'

import { ShieldCheck } from 'lucide-react'
import type { Payer } from '@/lib/payers'
import { FormDialog } from '../form/form-dialog'
import { lazyFields } from '../form/lazy-fields'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

const { Fields, load } = lazyFields(() => import('./gate-fields').then(({ GateFields }) => GateFields))

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
      preload={load}
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
      <Fields gate={gate} resources={resources} />
    </FormDialog>
  )
}
