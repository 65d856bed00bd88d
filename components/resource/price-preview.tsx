'use client'

import { useCallback, useState } from 'react'
import type { Outcome } from '../outcome'
import { Amount } from '../amount'
import { bind } from '../form/bind'
import { TextField } from '../form/field'
import { Panel } from '../panel'
import { useAfterPause } from '../use-after-pause'
import { toInput, type FormState } from './form-state'
import { nothing } from './price-state'

/** An example call, as typed. */
export type ExampleInput = { units: string; wallet: string; at: string; freeUsed: string }

/** What the example call would cost, in micro-dollars. */
export type Priced = {
  micros: bigint
  maxMicros: bigint
  /** The amount is known only after the answer. */
  metered: boolean
  /** How the amount follows, in sentences. */
  reasons: readonly string[]
  /** The whole price plan in sentences. */
  words: readonly string[]
}

export type PriceAction = (input: ReturnType<typeof toInput>, example: ExampleInput) => Promise<Outcome<Priced | null>>

/** The price of an example call under this draft, while a person types. */
export function PricePreview({ state, price }: { state: FormState; price: PriceAction }) {
  const [example, setExample] = useState<ExampleInput>({ units: '1000', wallet: '', at: '', freeUsed: '0' })
  const [priced, setPriced] = useState<Priced>()
  const [note, setNote] = useState<string>()
  const send = useCallback((draft: FormState) => price(toInput(draft), example), [price, example])
  useAfterPause(state, send, (outcome) => {
    if (!outcome.ok) return setNote(outcome.message)
    setNote(outcome.value ? undefined : 'The price is not valid yet.')
    if (outcome.value) setPriced(outcome.value)
  })
  return (
    <Panel
      isRegion
      title="What an agent pays"
      description="For an example call; nothing is charged."
      contentClassName="flex flex-col gap-4"
    >
      <ExampleFields state={state} example={example} onChange={setExample} />
      <div role="status" aria-live="polite" className="flex flex-col gap-2 empty:hidden">
        {note && <p className="text-xs text-muted-foreground">{note}</p>}
        {priced && !note && <Price priced={priced} />}
      </div>
    </Panel>
  )
}

type ExampleProps = { state: FormState; example: ExampleInput; onChange: (example: ExampleInput) => void }

function ExampleFields({ state: { pricing }, example, onChange }: ExampleProps) {
  const hasFreeCalls = pricing.freePerDay.trim() !== ''
  const member = (key: keyof ExampleInput) =>
    bind(example, (patch) => onChange({ ...example, ...patch }), key, `example.${key}`)
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {pricing.counted !== nothing && (
        <TextField
          label={`How many ${pricing.unitWord || 'unit'}s`}
          kind="integer"
          placeholder="not known"
          {...member('units')}
        />
      )}
      <TextField label="When (UTC)" kind="moment" {...member('at')} />
      {(pricing.discounts.length > 0 || hasFreeCalls) && (
        <TextField label="Signed-in wallet" kind="code" placeholder="none" {...member('wallet')} />
      )}
      {hasFreeCalls && <TextField label="Free calls used today" kind="integer" {...member('freeUsed')} />}
    </div>
  )
}

function Price({ priced: { micros, metered, maxMicros, reasons } }: { priced: Priced }) {
  return (
    <>
      <p className="text-lg font-semibold tabular-nums">
        {micros === 0n ? 'Nothing' : <Amount base={micros} />}
        {metered && (
          <span className="ml-2 text-xs font-normal text-muted-foreground">
            of at most <Amount base={maxMicros} /> that it signs for
          </span>
        )}
      </p>
      <ul className="flex list-disc flex-col gap-0.5 pl-4 text-xs text-muted-foreground">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </>
  )
}
