'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { toast } from 'sonner'
import type { ExecutionPolicyDraft } from '@/lib/policies'
import { bind } from '../form/bind'
import { CheckField, SelectField, TextField } from '../form/field'
import { Form, FormFooter } from '../form/form'
import { useActionForm } from '../form/use-action-form'
import type { Outcome } from '../outcome'
import { Panel } from '../panel'
import { CapsFields } from './caps-fields'
import { ContractFields } from './contract-fields'

type Input = ExecutionPolicyDraft.ExecutionPolicyInput

type Props = {
  initial: Input
  networks: readonly { value: string; label: string }[]
  /** "ETH on Base, USD on Tempo" */
  units: string
  submitLabel: string
  cancelHref: string
  save: (input: Input) => Promise<Outcome<{ href: string }>>
}

type SectionProps = { input: Input; change: (patch: Partial<Input>) => void }

const urgencies = [
  { value: 'slow', label: 'Slow', hint: 'Whenever there is room.' },
  { value: 'standard', label: 'Standard', hint: 'Within a few blocks.' },
  { value: 'fast', label: 'Fast', hint: 'Within a block or two.' },
  { value: 'urgent', label: 'Urgent', hint: 'In the next block, for more.' },
]
const submissions = [
  { value: 'public', label: 'Public', hint: 'To every endpoint.' },
  { value: 'private', label: 'Private', hint: 'To the network’s private endpoint only.' },
  { value: 'private-first', label: 'Private first', hint: 'Public if the private endpoint does not answer.' },
]
const finalities = [
  { value: 'included', label: 'In a block' },
  { value: 'safe', label: 'In a safe block' },
  { value: 'final', label: 'In a final block' },
]
const refunds = [
  { value: 'when-proven', label: 'Refund if it provably did not run' },
  { value: 'never', label: 'Never refund' },
]

/** Edits an execution policy. */
export function PolicyForm({ initial, networks, units, submitLabel, cancelHref, save }: Props) {
  const router = useRouter()
  const [input, setInput] = useState(initial)
  const form = useActionForm(
    () => save(input),
    ({ href }) => {
      toast.success('Saved. It applies from the next request on.')
      router.push(href)
    },
  )
  const change = (patch: Partial<Input>) => setInput((before) => ({ ...before, ...patch }))
  return (
    <Form form={form} className="max-w-3xl">
      <Panel
        title="What may be called"
        description="Every other call is refused."
        contentClassName="flex flex-col gap-4"
      >
        <TextField label="Name of the policy" placeholder="Trading bot" {...bind(input, change, 'name')} />
        <ContractFields
          contracts={input.contracts}
          networks={networks}
          onChange={(contracts) => {
            // Their places may have moved, and the errors go by place.
            if (contracts.length !== input.contracts.length) form.clear('contracts')
            change({ contracts })
          }}
        />
      </Panel>
      <TransactionSection input={input} change={change} units={units} />
      <Panel
        title="One day"
        description="From midnight UTC, for each network separately. The most that a transaction may use stays reserved until it ends."
      >
        <CapsFields caps={input} onChange={(whose, caps) => change({ [whose]: caps })} />
      </Panel>
      <TermsSection input={input} change={change} />
      <FormFooter form={form} submitLabel={submitLabel} cancelHref={cancelHref} />
    </Form>
  )
}

function TransactionSection({ input, change, units }: SectionProps & { units: string }) {
  return (
    <Panel
      title="One transaction"
      description={`Amounts in the currency of gas: ${units}. Write 0.02, or 500000 gwei.`}
      contentClassName="grid gap-4 sm:grid-cols-2"
    >
      <TextField
        label="Most value sent along"
        hint="Of the native token. 0: none. Tokens that a contract moves are not counted."
        kind="decimal"
        {...bind(input, change, 'maxValue')}
      />
      <TextField
        label="Most fees"
        hint="If fees are higher, the transaction waits on hold until they fall."
        kind="decimal"
        {...bind(input, change, 'maxFee')}
      />
    </Panel>
  )
}

function TermsSection({ input, change }: SectionProps) {
  return (
    <Panel title="Terms" description="What a request may choose." contentClassName="grid gap-6 sm:grid-cols-2">
      <CheckField
        name="urgencies"
        legend="Urgency"
        options={urgencies}
        value={input.urgencies}
        onChange={(chosen) => change({ urgencies: chosen as Input['urgencies'] })}
      />
      <CheckField
        name="submissions"
        legend="Submission"
        options={submissions}
        value={input.submissions}
        onChange={(chosen) => change({ submissions: chosen as Input['submissions'] })}
      />
      <SelectField
        label="Outcome counts from"
        hint="At the earliest. A request may wait for more."
        options={finalities}
        {...bind(input, change, 'finality')}
      />
      <SelectField
        label="If an agent has paid for it"
        hint="For resources that sell an action."
        options={refunds}
        {...bind(input, change, 'refund')}
      />
    </Panel>
  )
}
