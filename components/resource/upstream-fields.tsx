'use client'

import { bind } from '../form/bind'
import { SelectField, SwitchField, TextField } from '../form/field'
import type { FormState } from './form-state'

type Upstream = Pick<FormState, 'timeoutMs' | 'streaming' | 'sideEffects' | 'settle'>

type Props = { state: Upstream; onChange: (patch: Partial<Upstream>, field: string) => void }

const settleOptions = [
  { value: 'default', label: 'As the protocol does (default)' },
  { value: 'before', label: 'Before the upstream is called' },
  { value: 'after', label: 'After the upstream has answered' },
]

/** How the API is called for a paid request, and when the money moves. */
export function UpstreamFields({ state, onChange }: Props) {
  return (
    <>
      <TextField
        label="Timeout, in milliseconds"
        hint="The answer must begin within this time. If it does not, nothing is charged."
        kind="integer"
        width="max-w-48"
        {...bind(state, onChange, 'timeoutMs')}
      />
      <SwitchField
        label="Streams its answer"
        hint="The answer is passed on as it arrives. Settles before the upstream is called."
        {...bind(state, onChange, 'streaming')}
      />
      <SwitchField
        label="Has side effects"
        hint="A call changes something in the world. Settles before the upstream is called."
        {...bind(state, onChange, 'sideEffects')}
      />
      <SelectField
        label="When the money moves"
        hint="x402 settles after the answer, MPP before it. “After” means: no answer, no charge."
        options={settleOptions}
        width="max-w-72"
        {...bind(state, onChange, 'settle')}
      />
    </>
  )
}
