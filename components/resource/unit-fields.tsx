'use client'

import { Plus, X } from 'lucide-react'
import { Button } from '../ui/button'
import { describedBy, Field } from '../ui/field'
import { Input } from '../ui/input'
import type { PriceState, TierState } from './price-state'

type Props = {
  state: PriceState
  errorOf: (field: string) => string | undefined
  onChange: (patch: Partial<PriceState>, field: string) => void
}

const places: Record<string, { label: string; placeholder: string; hint: string }> = {
  'request-number': {
    label: 'Where in the request’s body',
    placeholder: '/max_tokens',
    hint: 'A JSON pointer. A request without that number is asked for the most.',
  },
  'response-number': {
    label: 'Where in the answer’s body',
    placeholder: '/usage/total_tokens',
    hint: 'A JSON pointer. An answer without that number counts none.',
  },
  query: {
    label: 'Which parameter',
    placeholder: 'limit',
    hint: 'A request without it, or with it twice, is asked for the most.',
  },
  'response-header': {
    label: 'Which header',
    placeholder: 'x-tokens-used',
    hint: 'An answer without it counts none.',
  },
}

/** What is counted, and what it costs. */
export function UnitFields({ state, errorOf, onChange }: Props) {
  const place = places[state.counted]
  const text = (id: string, field: string, key: 'countedAt' | 'unitWord' | 'perUnits', hint = false) => ({
    id: `resource-${id}`,
    ...describedBy(`resource-${id}`, { hint, error: errorOf(field) !== undefined }),
    value: state[key],
    onChange: (event: { target: { value: string } }) => onChange({ [key]: event.target.value }, field),
    autoComplete: 'off',
    spellCheck: false,
  })
  return (
    <>
      {place && (
        <Field id="resource-countedAt" label={place.label} error={errorOf('pricing.unit.count.at')} hint={place.hint}>
          <Input
            {...text('countedAt', 'pricing.unit.count.at', 'countedAt', true)}
            placeholder={place.placeholder}
            className="font-mono text-xs"
          />
        </Field>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field id="resource-unitWord" label="One of them in a word" error={errorOf('pricing.unit.name')}>
          <Input {...text('unitWord', 'pricing.unit.name', 'unitWord')} placeholder="token" />
        </Field>
        <Field id="resource-perUnits" label="How many a sum buys" error={errorOf('pricing.unit.per')}>
          <Input {...text('perUnits', 'pricing.unit.per', 'perUnits')} inputMode="numeric" className="tabular-nums" />
        </Field>
      </div>
      <Tiers state={state} errorOf={errorOf} onChange={onChange} />
    </>
  )
}

function Tiers({ state, errorOf, onChange }: Props) {
  const { tiers } = state
  const set = (index: number, patch: Partial<TierState>, field: string) =>
    onChange({ tiers: tiers.map((tier, at) => (at === index ? { ...tier, ...patch } : tier)) }, field)
  /** The last one has no end: a new one comes before it, and begins where somebody says. */
  const add = () => onChange({ tiers: [{ upTo: '', price: tiers[0]?.price ?? '' }, ...tiers] }, 'pricing.unit.tiers')
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">
        Dollars for {state.perUnits || '1'} {state.unitWord || 'unit'}s
      </legend>
      <ul className="flex flex-col gap-2">
        {tiers.map((tier, index) => {
          const [isLast, base] = [index === tiers.length - 1, `pricing.unit.tiers.${index}`]
          const errors = [errorOf(`${base}.price`), errorOf(`${base}.upTo`)].filter(Boolean)
          return (
            <li key={index} className="flex flex-col gap-1">
              <div className="flex flex-wrap items-center gap-2">
                <span aria-hidden className="text-muted-foreground">
                  $
                </span>
                <Input
                  aria-label={`Dollars, step ${index + 1}`}
                  aria-invalid={errorOf(`${base}.price`) ? true : undefined}
                  value={tier.price}
                  inputMode="decimal"
                  onChange={(event) => set(index, { price: event.target.value }, `${base}.price`)}
                  className="w-28 tabular-nums"
                  autoComplete="off"
                />
                {isLast ? (
                  <span className="text-muted-foreground">
                    {tiers.length === 1 ? 'for all of them' : 'for every further one'}
                  </span>
                ) : (
                  <>
                    <span className="text-muted-foreground">up to</span>
                    <Input
                      aria-label={`Last ${state.unitWord || 'unit'} of step ${index + 1}`}
                      aria-invalid={errorOf(`${base}.upTo`) ? true : undefined}
                      value={tier.upTo}
                      inputMode="numeric"
                      placeholder="10000"
                      onChange={(event) => set(index, { upTo: event.target.value }, `${base}.upTo`)}
                      className="w-28 tabular-nums"
                      autoComplete="off"
                    />
                    <Button
                      variant="ghost"
                      size="sm"
                      aria-label={`Remove step ${index + 1}`}
                      onClick={() => onChange({ tiers: tiers.filter((_, at) => at !== index) }, 'pricing.unit.tiers')}
                    >
                      <X aria-hidden />
                    </Button>
                  </>
                )}
              </div>
              {errors.map((message) => (
                <p key={message} className="text-xs text-destructive">
                  {message}
                </p>
              ))}
            </li>
          )
        })}
      </ul>
      <Button variant="outline" size="sm" className="self-start" onClick={add}>
        <Plus aria-hidden /> Another step
      </Button>
      <p className="text-xs text-muted-foreground">
        Graduated: each {state.unitWord || 'unit'} costs what its own step says, whatever comes after it.
      </p>
    </fieldset>
  )
}
