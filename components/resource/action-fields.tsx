'use client'

import { Plus } from 'lucide-react'
import Link from 'next/link'
import { useCallback } from 'react'
import { bind } from '../form/bind'
import { SelectField, TextField } from '../form/field'
import { withoutAt } from '../form/rows'
import { Button } from '../ui/button'
import { emptyCall, type ActionState, type CallState } from './action-state'
import { CallFields, type ReadAbiAction } from './call-fields'
import type { NetworkChoice } from './form-state'

export type PolicyChoice = { id: string; name: string }

type Terms = ActionState & { timeoutMs: string }
type Change = (patch: Partial<Terms>, field: string) => void

type Props = {
  state: Terms
  networks: readonly NetworkChoice[]
  policies: readonly PolicyChoice[]
  readAbi: ReadAbiAction
  onChange: Change
}

const urgencies = ['slow', 'standard', 'fast', 'urgent'].map((value) => ({ value, label: value }))

const finalities = [
  { value: 'policy', label: 'As its policy says' },
  { value: 'included', label: 'It is in a block' },
  { value: 'safe', label: 'Its block is safe' },
  { value: 'final', label: 'Its block is final' },
]

const callsMax = 8

/** The calls that are executed on chain for a paid request, and their terms. */
export function ActionFields({ state, networks, policies, readAbi, onChange }: Props) {
  const { calls } = state
  const changeCall = useCallback(
    (index: number, call: CallState, field: string) =>
      onChange({ calls: calls.map((one, at) => (at === index ? call : one)) }, field),
    [calls, onChange],
  )
  return (
    <>
      <SelectField
        label="Policy"
        hint={policies.length === 0 ? <NoPolicy /> : 'A call outside the policy is refused before it is charged.'}
        placeholder="Choose a policy"
        options={policies.map(({ id, name }) => ({ value: id, label: name }))}
        width="max-w-72"
        {...bind(state, onChange, 'policyId')}
      />
      <SelectField
        label="Executed on"
        hint="Agents may pay on any network."
        options={networks.map(({ network, name }) => ({ value: network, label: name }))}
        width="max-w-72"
        {...bind(state, onChange, 'actionNetwork', 'execution.network')}
      />
      {calls.map((call, index) => (
        <CallAt
          key={index}
          index={index}
          call={call}
          readAbi={readAbi}
          change={changeCall}
          onRemove={
            calls.length > 1 ? () => onChange({ calls: withoutAt(calls, index) }, 'execution.calls') : undefined
          }
        />
      ))}
      {calls.length < callsMax && (
        <Button
          variant="outline"
          size="sm"
          className="self-start"
          onClick={() => onChange({ calls: [...calls, emptyCall] }, 'execution.calls')}
        >
          <Plus aria-hidden /> Add a call after it
        </Button>
      )}
      <TermFields state={state} onChange={onChange} />
    </>
  )
}

function NoPolicy() {
  return (
    <>
      It limits what may be executed and the cost.{' '}
      <Link href="/policies/new" className="text-brand hover:underline">
        Create a policy first
      </Link>
      .
    </>
  )
}

function TermFields({ state, onChange }: Pick<Props, 'state' | 'onChange'>) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <SelectField
        label="Urgency"
        hint="How much it pays to be included soon."
        options={urgencies}
        {...bind(state, onChange, 'urgency', 'execution.urgency')}
      />
      <TextField
        label="Deadline, in seconds"
        hint="Then it is cancelled, and refunded as the policy says."
        kind="integer"
        {...bind(state, onChange, 'deadlineSeconds', 'execution.deadlineSeconds')}
      />
      <SelectField
        label="Done when"
        hint="The state from which on an agent gets the answer “done”."
        options={finalities}
        {...bind(state, onChange, 'finality', 'execution.finality')}
      />
      <TextField
        label="An answer waits, in milliseconds"
        hint="Then it reports the progress so far. Agents that accept events see every step."
        kind="integer"
        {...bind(state, onChange, 'timeoutMs')}
      />
    </div>
  )
}

type CallAtProps = Omit<Parameters<typeof CallFields>[0], 'onChange'> & {
  change: (index: number, call: CallState, field: string) => void
}

/** Keeps the handler of one call stable while nothing changes, so that its effect does not run again. */
function CallAt({ change, index, ...rest }: CallAtProps) {
  const onChange = useCallback((call: CallState, field: string) => change(index, call, field), [change, index])
  return <CallFields index={index} onChange={onChange} {...rest} />
}
