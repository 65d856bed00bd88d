'use client'

import { describedBy, Field } from '../ui/field'
import { Input } from '../ui/input'
import { Select } from '../ui/select'
import { useHydrated } from '../use-hydrated'
import type { FormState } from './form-state'
import { SwitchRow } from './switch-row'

type Upstream = Pick<FormState, 'upstreamUrl' | 'timeoutMs' | 'streaming' | 'sideEffects' | 'settle'>

type Props = {
  state: Upstream
  errorOf: (field: string) => string | undefined
  onChange: (patch: Partial<Upstream>, field: string) => void
}

const settleOptions = [
  { value: 'default', label: 'As the protocol does (default)' },
  { value: 'before', label: 'Before the upstream is called' },
  { value: 'after', label: 'After the upstream has answered' },
]

/** The API that is called once it is paid, and when the money moves. */
export function UpstreamFields({ state, errorOf, onChange }: Props) {
  const ready = useHydrated()
  const control = (field: string, hint = false) => ({
    id: `resource-${field}`,
    ...describedBy(`resource-${field}`, { hint, error: errorOf(field) !== undefined }),
  })
  const text = (field: 'upstreamUrl' | 'timeoutMs') => ({
    value: state[field],
    readOnly: !ready,
    onChange: (event: { target: { value: string } }) => onChange({ [field]: event.target.value }, field),
  })
  return (
    <>
      <Field
        id="resource-upstreamUrl"
        label="Address of your API"
        error={errorOf('upstreamUrl')}
        hint="A :name of the path may appear in it. The request’s query is appended."
      >
        <Input
          {...control('upstreamUrl', true)}
          {...text('upstreamUrl')}
          className="font-mono text-xs"
          placeholder="https://api.example.com/v1/fortune"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
        />
      </Field>
      <Field
        id="resource-timeoutMs"
        label="Timeout, in milliseconds"
        error={errorOf('timeoutMs')}
        hint="Until the answer must have begun. Nothing is charged when it has not."
      >
        <Input
          {...control('timeoutMs', true)}
          {...text('timeoutMs')}
          inputMode="numeric"
          className="max-w-48 tabular-nums"
          autoComplete="off"
        />
      </Field>
      <SwitchRow
        label="Streams its answer"
        hint="Passed on as it comes; settles before the upstream is called."
        checked={state.streaming}
        onChange={(streaming) => onChange({ streaming }, 'streaming')}
      />
      <SwitchRow
        label="Has side effects"
        hint="Changes something in the world; settles before the upstream is called."
        checked={state.sideEffects}
        onChange={(sideEffects) => onChange({ sideEffects }, 'sideEffects')}
      />
      <Field
        id="resource-settle"
        label="When the money moves"
        error={errorOf('settle')}
        hint="x402 settles after the answer, MPP before it. After means: no answer, no charge."
      >
        <Select
          {...control('settle', true)}
          value={state.settle}
          onValueChange={(settle) => onChange({ settle }, 'settle')}
          options={settleOptions}
          className="max-w-72"
        />
      </Field>
    </>
  )
}
