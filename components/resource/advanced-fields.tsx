'use client'

import { describedBy, Field } from '../ui/field'
import { Input } from '../ui/input'
import { useHydrated } from '../use-hydrated'
import type { AdvancedState, FormState } from './form-state'
import { SwitchRow } from './switch-row'

type Props = {
  state: FormState
  errorOf: (field: string) => string | undefined
  onChange: (patch: Partial<AdvancedState>, field: string) => void
}

/** What most resources leave as it is: further ways to pay, and what agents may or must bring. */
export function AdvancedFields({ state, errorOf, onChange }: Props) {
  const ready = useHydrated()
  return (
    <>
      <SwitchRow
        label="Takes Permit2"
        hint="x402 by Permit2 too, where the token has EIP-3009; where it has not, it is always taken."
        checked={state.permit2}
        onChange={(permit2) => onChange({ permit2 }, 'permit2')}
      />
      <SwitchRow
        label="Takes smart accounts"
        hint="Payers whose signatures only the chain can judge (ERC-1271), also before their account exists where this server allows its factory."
        checked={state.contractPayers}
        onChange={(contractPayers) => onChange({ contractPayers }, 'contractPayers')}
      />
      <SwitchRow
        label="Wants an id of every x402 payment"
        hint="payment-identifier: an agent that lost its answer asks for it by its own id."
        checked={state.identifierRequired}
        onChange={(identifierRequired) => onChange({ identifierRequired }, 'identifierRequired')}
      />
      {state.sells !== 'action' && (
        <Field
          id="resource-accessSeconds"
          label="Pay once, come back for, in seconds"
          error={errorOf('accessSeconds')}
          hint="A wallet that paid and signs in is served without paying again meanwhile. Empty: it pays every time."
        >
          <Input
            id="resource-accessSeconds"
            {...describedBy('resource-accessSeconds', { hint: true, error: errorOf('accessSeconds') !== undefined })}
            value={state.accessSeconds}
            readOnly={!ready}
            onChange={(event) => onChange({ accessSeconds: event.target.value }, 'accessSeconds')}
            inputMode="numeric"
            placeholder="86400"
            className="max-w-48 tabular-nums"
            autoComplete="off"
          />
        </Field>
      )}
    </>
  )
}
