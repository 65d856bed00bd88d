'use client'

import { useEffect, useId, useRef, useState } from 'react'
import type { Outcome } from '../outcome'
import { Amount } from '../amount'
import { Card, CardContent, CardHeader } from '../ui/card'
import { Field } from '../ui/field'
import { Input } from '../ui/input'
import { toInput, type FormState } from './form-state'
import { nothing } from './price-state'

/** A call that somebody thinks of, as typed. */
export type ExampleInput = { units: string; wallet: string; at: string; freeUsed: string }

/** What it would cost. Micro-dollars. */
export type Priced = {
  micros: bigint
  maxMicros: bigint
  /** Known after the answer only. */
  metered: boolean
  /** How it came about, in sentences. */
  reasons: readonly string[]
  /** The whole policy in sentences. */
  words: readonly string[]
}

export type PriceAction = (input: ReturnType<typeof toInput>, example: ExampleInput) => Promise<Outcome<Priced | null>>

const pauseMs = 300

/** What an agent pays for a call that the merchant thinks of, while one types. */
export function PricePreview({ state, price }: { state: FormState; price: PriceAction }) {
  const id = useId()
  const [example, setExample] = useState<ExampleInput>({ units: '1000', wallet: '', at: '', freeUsed: '0' })
  const [priced, setPriced] = useState<Priced>()
  const [note, setNote] = useState<string>()
  const asked = useRef(0)

  useEffect(() => {
    const mine = ++asked.current
    const timer = setTimeout(async () => {
      const outcome = await price(toInput(state), example).catch(() => undefined)
      // A slower answer to an older draft must not cover a newer one.
      if (mine !== asked.current) return
      if (!outcome?.ok) return setNote(outcome?.message ?? 'The server cannot be reached.')
      setNote(outcome.value ? undefined : 'The price is not right yet.')
      if (outcome.value) setPriced(outcome.value)
    }, pauseMs)
    return () => clearTimeout(timer)
  }, [state, example, price])

  const isCounted = state.pricing.counted !== nothing
  const text = (key: keyof ExampleInput) => ({
    id: `${id}-${key}`,
    value: example[key],
    onChange: (event: { target: { value: string } }) => setExample({ ...example, [key]: event.target.value }),
    autoComplete: 'off',
    spellCheck: false,
  })
  return (
    <Card aria-labelledby={`${id}-title`}>
      <CardHeader
        id={`${id}-title`}
        title="What an agent pays"
        description="For a call that you think of; nothing is charged."
      />
      <CardContent className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          {isCounted && (
            <Field id={`${id}-units`} label={`How many ${state.pricing.unitWord || 'unit'}s`}>
              <Input {...text('units')} inputMode="numeric" placeholder="not known" className="tabular-nums" />
            </Field>
          )}
          <Field id={`${id}-at`} label="When (UTC)">
            <Input {...text('at')} type="datetime-local" className="tabular-nums" />
          </Field>
          {(state.pricing.discounts.length > 0 || state.pricing.freePerDay.trim() !== '') && (
            <Field id={`${id}-wallet`} label="Who signed in">
              <Input {...text('wallet')} placeholder="nobody" className="font-mono text-xs" />
            </Field>
          )}
          {state.pricing.freePerDay.trim() !== '' && (
            <Field id={`${id}-freeUsed`} label="Free calls that it had today">
              <Input {...text('freeUsed')} inputMode="numeric" className="tabular-nums" />
            </Field>
          )}
        </div>
        <div role="status" aria-live="polite" className="flex flex-col gap-2 empty:hidden">
          {note && <p className="text-xs text-muted-foreground">{note}</p>}
          {priced && !note && (
            <>
              <p className="text-lg font-semibold tabular-nums">
                {priced.micros === 0n ? 'Nothing' : <Amount base={priced.micros} />}
                {priced.metered && (
                  <span className="ml-2 text-xs font-normal text-muted-foreground">
                    of at most <Amount base={priced.maxMicros} /> that it signs for
                  </span>
                )}
              </p>
              <ul className="flex list-disc flex-col gap-0.5 pl-4 text-xs text-muted-foreground">
                {priced.reasons.map((reason) => (
                  <li key={reason}>{reason}</li>
                ))}
              </ul>
            </>
          )}
        </div>
      </CardContent>
    </Card>
  )
}
