'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { toast } from 'sonner'
import type { SettlementTermsDraft } from '@/lib/channels'
import type { FieldError } from '@/lib/errors'
import { bind } from '../form/bind'
import { TextField } from '../form/field'
import { Form, FormFooter } from '../form/form'
import { useActionForm } from '../form/use-action-form'
import type { Outcome } from '../outcome'
import { Panel } from '../panel'
import { useAfterPause } from '../use-after-pause'
import { PolicyWords, type Cost, type Words } from './policy-words'

type Input = SettlementTermsDraft.SettlementTermsInput

/** What a typed schedule does; `words` is null while a field is wrong. */
export type PolicyPreview = {
  errors: readonly FieldError[]
  words: Words | null
  cost: Cost | null
}

type Props = {
  initial: Input
  /** The preview of `initial`. */
  described: PolicyPreview
  gasSymbol: string
  preview: (input: Input) => Promise<Outcome<PolicyPreview>>
  save: (input: Input) => Promise<Outcome<{ href: string }>>
}

type Row = {
  name: SettlementTermsDraft.SettlementTermsField
  label: string
  hint: string
  kind: 'decimal' | 'dollars' | 'text'
}

const off = 'Empty: not for this reason.'

const scheduleRows: readonly Row[] = [
  { name: 'amount', label: 'Amount', hint: `Spent on a channel since its last settlement. ${off}`, kind: 'dollars' },
  {
    name: 'interval',
    label: 'Interval',
    hint: `How long earned money may wait: 90 s, 15 min, 1 h. ${off}`,
    kind: 'text',
  },
  { name: 'units', label: 'Units', hint: `Delivered on a channel since its last settlement. ${off}`, kind: 'decimal' },
  { name: 'exposure', label: 'Exposure', hint: `Unsettled on all channels together. ${off}`, kind: 'dollars' },
  {
    name: 'idleClose',
    label: 'Idle close',
    hint: 'A channel without a voucher for this long is closed. Empty: never.',
    kind: 'text',
  },
  {
    name: 'excessMax',
    label: 'Excess',
    hint: 'The most to take beyond what was spent: the contract pays whole vouchers only.',
    kind: 'dollars',
  },
]

const limitRows: readonly Row[] = [
  { name: 'minDeposit', label: 'Smallest deposit', hint: 'The least that opens a channel.', kind: 'dollars' },
  {
    name: 'minDelta',
    label: 'Smallest step',
    hint: 'The least that a voucher adds to the one before it.',
    kind: 'dollars',
  },
  {
    name: 'vouchersPerSecond',
    label: 'Vouchers a second',
    hint: 'For one channel. Empty: no limit.',
    kind: 'decimal',
  },
  {
    name: 'channelMax',
    label: 'Most unsettled, a channel',
    hint: 'Above it, the channel waits for its next settlement. Empty: no limit.',
    kind: 'dollars',
  },
  {
    name: 'payerMax',
    label: 'Most unsettled, a payer',
    hint: 'For all channels of one payer together. Empty: no limit.',
    kind: 'dollars',
  },
]

/** Edits when channels are settled and the limits of agents, with the effect and its cost beside it. */
export function PolicyForm({ initial, described, gasSymbol, preview, save }: Props) {
  const router = useRouter()
  const [input, setInput] = useState(initial)
  const [shown, setShown] = useState(described)
  const [note, setNote] = useState<string>()
  // Not edited: the page came with the description.
  useAfterPause(input === initial ? undefined : input, preview, (outcome) => {
    setNote(outcome.ok ? undefined : outcome.message)
    if (outcome.ok) setShown(outcome.value)
  })
  const form = useActionForm(
    () => save(input),
    ({ href }) => {
      toast.success('Saved. It applies from the next voucher on.')
      router.push(href)
    },
  )
  const change = (patch: Partial<Input>) => setInput((before) => ({ ...before, ...patch }))
  const rows = (of: readonly Row[]) =>
    of.map(({ name, ...row }) => <TextField key={name} {...row} {...bind(input, change, name)} />)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 xl:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
      <Form form={form} errors={[...form.errors, ...shown.errors]}>
        <Panel
          title="Settle"
          description="As soon as the first of these is reached."
          contentClassName="grid gap-4 sm:grid-cols-2"
        >
          {rows(scheduleRows)}
        </Panel>
        <Panel
          title="Limits"
          description="Checked for each voucher of an agent."
          contentClassName="grid gap-4 sm:grid-cols-2"
        >
          {rows(limitRows)}
        </Panel>
        <FormFooter form={form} submitLabel="Save schedule" cancelHref="/settlements" />
      </Form>
      <PolicyWords words={shown.words} cost={shown.cost} note={note} gasSymbol={gasSymbol} />
    </div>
  )
}
