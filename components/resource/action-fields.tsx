'use client'

import { Plus } from 'lucide-react'
import Link from 'next/link'
import { useCallback } from 'react'
import { Button } from '../ui/button'
import { describedBy, Field } from '../ui/field'
import { Input } from '../ui/input'
import { Select } from '../ui/select'
import { emptyCall, type ActionState, type CallState } from './action-state'
import { CallFields, type ReadAbiAction } from './call-fields'
import type { NetworkChoice } from './form-state'

export type PolicyChoice = { id: string; name: string }

type Props = {
  state: ActionState & { timeoutMs: string }
  networks: readonly NetworkChoice[]
  policies: readonly PolicyChoice[]
  readAbi: ReadAbiAction
  errorOf: (field: string) => string | undefined
  onChange: (patch: Partial<ActionState> & { timeoutMs?: string }, field: string) => void
}

const urgencies = ['slow', 'standard', 'fast', 'urgent'].map((value) => ({ value, label: value }))

const finalities = [
  { value: 'policy', label: 'As its policy says' },
  { value: 'included', label: 'It is in a block' },
  { value: 'safe', label: 'Its block is safe' },
  { value: 'final', label: 'Its block is final' },
]

const callsMax = 8

/** What is executed on chain when it is bought, and on which terms. */
export function ActionFields({ state, networks, policies, readAbi, errorOf, onChange }: Props) {
  const { calls } = state
  const control = (name: string, field: string) => ({
    id: `resource-${name}`,
    ...describedBy(`resource-${name}`, { hint: true, error: errorOf(field) !== undefined }),
  })
  const changeCall = useCallback(
    (index: number, call: CallState, field: string) =>
      onChange({ calls: calls.map((one, at) => (at === index ? call : one)) }, field),
    [calls, onChange],
  )
  return (
    <>
      <Field
        id="resource-policyId"
        label="Policy"
        error={errorOf('policyId')}
        hint={
          policies.length === 0 ? (
            <>
              It says what may be executed and how much it may cost.{' '}
              <Link href="/policies/new" className="text-brand hover:underline">
                Make a policy first
              </Link>
              .
            </>
          ) : (
            'What it does not allow is refused before anybody is charged.'
          )
        }
      >
        <Select
          {...control('policyId', 'policyId')}
          value={state.policyId}
          placeholder="Choose a policy"
          options={policies.map(({ id, name }) => ({ value: id, label: name }))}
          onValueChange={(policyId) => onChange({ policyId }, 'policyId')}
          className="max-w-72"
        />
      </Field>
      <Field
        id="resource-actionNetwork"
        label="Executed on"
        error={errorOf('execution.network')}
        hint="Agents may pay on any network."
      >
        <Select
          {...control('actionNetwork', 'execution.network')}
          value={state.actionNetwork}
          options={networks.map(({ network, name }) => ({ value: network, label: name }))}
          onValueChange={(actionNetwork) => onChange({ actionNetwork }, 'execution.network')}
          className="max-w-72"
        />
      </Field>
      {calls.map((call, index) => (
        <CallAt
          key={index}
          index={index}
          call={call}
          readAbi={readAbi}
          errorOf={errorOf}
          change={changeCall}
          onRemove={
            calls.length > 1
              ? () => onChange({ calls: calls.filter((_, at) => at !== index) }, 'execution.calls')
              : undefined
          }
        />
      ))}
      {calls.length < callsMax && (
        <Button
          type="button"
          variant="outline"
          size="sm"
          className="self-start"
          onClick={() => onChange({ calls: [...calls, emptyCall] }, 'execution.calls')}
        >
          <Plus aria-hidden /> Add a call after it
        </Button>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          id="resource-urgency"
          label="Urgency"
          error={errorOf('execution.urgency')}
          hint="How much it pays to be soon."
        >
          <Select
            {...control('urgency', 'execution.urgency')}
            value={state.urgency}
            options={urgencies}
            onValueChange={(urgency) => onChange({ urgency }, 'execution.urgency')}
          />
        </Field>
        <Field
          id="resource-deadlineSeconds"
          label="Given up after, in seconds"
          error={errorOf('execution.deadlineSeconds')}
          hint="Then it is cancelled, and its price goes back as the policy says."
        >
          <Input
            {...control('deadlineSeconds', 'execution.deadlineSeconds')}
            value={state.deadlineSeconds}
            onChange={(event) => onChange({ deadlineSeconds: event.target.value }, 'execution.deadlineSeconds')}
            inputMode="numeric"
            className="tabular-nums"
            autoComplete="off"
          />
        </Field>
        <Field
          id="resource-finality"
          label="Done when"
          error={errorOf('execution.finality')}
          hint="From when on an agent is told that it happened."
        >
          <Select
            {...control('finality', 'execution.finality')}
            value={state.finality}
            options={finalities}
            onValueChange={(finality) => onChange({ finality }, 'execution.finality')}
          />
        </Field>
        <Field
          id="resource-timeoutMs"
          label="An answer waits, in milliseconds"
          error={errorOf('timeoutMs')}
          hint="Then it says how far it is. Agents that take events see every step."
        >
          <Input
            {...control('timeoutMs', 'timeoutMs')}
            value={state.timeoutMs}
            onChange={(event) => onChange({ timeoutMs: event.target.value }, 'timeoutMs')}
            inputMode="numeric"
            className="tabular-nums"
            autoComplete="off"
          />
        </Field>
      </div>
    </>
  )
}

type CallAtProps = Omit<Parameters<typeof CallFields>[0], 'onChange'> & {
  change: (index: number, call: CallState, field: string) => void
}

/** Keeps the handler of one call the same for as long as nothing changed. */
function CallAt({ change, index, ...rest }: CallAtProps) {
  const onChange = useCallback((call: CallState, field: string) => change(index, call, field), [change, index])
  return <CallFields index={index} onChange={onChange} {...rest} />
}
