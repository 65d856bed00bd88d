'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState, useTransition, type FormEvent } from 'react'
import { toast } from 'sonner'
import type { SettlementTermsDraft } from '@/lib/channels'
import type { FieldError } from '@/lib/errors'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { ButtonLink } from '../ui/button-link'
import { Card, CardContent, CardHeader } from '../ui/card'
import { describedBy, Field } from '../ui/field'
import { Input } from '../ui/input'
import { useHydrated } from '../use-hydrated'
import { PolicyWords, type Cost, type Words } from './policy-words'

/** What the server says of a schedule that is typed; without words it is not right yet. */
export type PolicyPreview = {
  errors: readonly FieldError[]
  words: Words | null
  cost: Cost | null
}

type Props = {
  initial: SettlementTermsDraft.SettlementTermsInput
  /** What `initial` does. */
  described: PolicyPreview
  gasSymbol: string
  preview: (input: SettlementTermsDraft.SettlementTermsInput) => Promise<Outcome<PolicyPreview>>
  save: (input: SettlementTermsDraft.SettlementTermsInput) => Promise<Outcome<{ href: string }>>
}

type Row = { name: SettlementTermsDraft.SettlementTermsField; label: string; hint: string; dollars?: true }

const off = 'Empty: not for this reason.'

const scheduleRows: readonly Row[] = [
  { name: 'amount', label: 'Amount', hint: `Spent on a channel since it was settled. ${off}`, dollars: true },
  { name: 'interval', label: 'Interval', hint: `How long earned money may wait: 90 s, 15 min, 1 h. ${off}` },
  { name: 'units', label: 'Units', hint: `Delivered on a channel since it was settled. ${off}` },
  { name: 'exposure', label: 'Exposure', hint: `Unsettled on all channels together. ${off}`, dollars: true },
  {
    name: 'idleClose',
    label: 'Idle close',
    hint: 'A channel without a voucher for this long is closed. Empty: never.',
  },
  {
    name: 'excessMax',
    label: 'Excess',
    hint: 'Most to take beyond what was spent: the contract pays vouchers whole.',
    dollars: true,
  },
]

const limitRows: readonly Row[] = [
  { name: 'minDeposit', label: 'Smallest deposit', hint: 'What opens a channel.', dollars: true },
  { name: 'minDelta', label: 'Smallest step', hint: 'What a voucher adds to the one before it.', dollars: true },
  { name: 'vouchersPerSecond', label: 'Vouchers a second', hint: 'Of one channel. Empty: as many as come.' },
  {
    name: 'channelMax',
    label: 'Most unsettled, a channel',
    hint: 'Then it waits for the next settlement. Empty: no limit.',
    dollars: true,
  },
  {
    name: 'payerMax',
    label: 'Most unsettled, a payer',
    hint: 'All channels of one payer together. Empty: no limit.',
    dollars: true,
  },
]

const pauseMs = 300

/** When channels are settled and what agents are held to, with what it will do and cost beside it. */
export function PolicyForm({ initial, described, gasSymbol, preview, save }: Props) {
  const router = useRouter()
  const ready = useHydrated()
  const form = useRef<HTMLFormElement>(null)
  const [input, setInput] = useState(initial)
  const [submitted, setSubmitted] = useState<readonly FieldError[]>([])
  const [shown, setShown] = useState(described)
  const [note, setNote] = useState<string>()
  const [refusals, setRefusals] = useState(0)
  const [saving, startSaving] = useTransition()
  const asked = useRef(0)

  useEffect(() => {
    const mine = ++asked.current
    // Untouched: what it does came with the page.
    if (input === initial) return
    const timer = setTimeout(async () => {
      const outcome = await preview(input).catch(() => undefined)
      // A slower answer to older text must not cover a newer one.
      if (mine !== asked.current) return
      setNote(outcome?.ok ? undefined : (outcome?.message ?? 'The server cannot be reached.'))
      if (outcome?.ok) setShown(outcome.value)
    }, pauseMs)
    return () => clearTimeout(timer)
  }, [input, initial, preview])

  // Once the marks are drawn, not before.
  useEffect(() => {
    if (refusals > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [refusals])

  const errorOf = (field: string) => [...submitted, ...shown.errors].find((error) => error.field === field)?.message

  function submit(event: FormEvent) {
    event.preventDefault()
    startSaving(async () => {
      const outcome = await save(input)
      if (outcome.ok) {
        toast.success('Saved: it holds from the next voucher on.')
        router.push(outcome.value.href)
        return
      }
      setSubmitted(outcome.fields)
      if (outcome.fields.length === 0) toast.error(outcome.message)
      setRefusals((before) => before + 1)
    })
  }

  const rows = (of: readonly Row[]) =>
    of.map(({ name, label, hint, dollars }) => {
      const error = errorOf(name)
      const id = `policy-${name}`
      return (
        <Field key={name} id={id} label={label} hint={hint} error={error}>
          <div className="relative">
            {dollars && (
              <span aria-hidden className="absolute inset-y-0 left-2.5 flex items-center text-muted-foreground">
                $
              </span>
            )}
            <Input
              id={id}
              {...describedBy(id, { hint: true, error: error !== undefined })}
              value={input[name]}
              readOnly={!ready}
              autoComplete="off"
              spellCheck={false}
              className={dollars ? 'pl-6 tabular-nums' : 'tabular-nums'}
              onChange={(event) => {
                setInput((before) => ({ ...before, [name]: event.target.value }))
                setSubmitted((before) => before.filter((other) => other.field !== name))
              }}
            />
          </div>
        </Field>
      )
    })

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 xl:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
      <form ref={form} onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Card>
          <CardHeader title="Settle" description="As soon as the first of these is reached." />
          <CardContent className="grid gap-4 sm:grid-cols-2">{rows(scheduleRows)}</CardContent>
        </Card>
        <Card>
          <CardHeader title="Limits" description="What agents are held to, voucher by voucher." />
          <CardContent className="grid gap-4 sm:grid-cols-2">{rows(limitRows)}</CardContent>
        </Card>
        <div className="flex items-center gap-2">
          <Button type="submit" disabled={saving || !ready}>
            {saving ? 'Saving…' : 'Save schedule'}
          </Button>
          <ButtonLink href="/settlements" variant="ghost">
            Cancel
          </ButtonLink>
          {submitted.length > 0 && (
            <p role="alert" className="text-destructive">
              {submitted.length === 1 ? 'One field needs attention.' : `${submitted.length} fields need attention.`}
            </p>
          )}
        </div>
      </form>
      <PolicyWords words={shown.words} cost={shown.cost} note={note} gasSymbol={gasSymbol} />
    </div>
  )
}
