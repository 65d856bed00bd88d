'use client'

import { Plus } from 'lucide-react'
import { bind } from '../form/bind'
import { FieldErrors, InlineField, TextField } from '../form/field'
import { RemoveButton, replaceAt, withoutAt } from '../form/rows'
import { Button } from '../ui/button'
import type { PriceState, TierState } from './price-state'

type Props = { state: PriceState; onChange: (patch: Partial<PriceState>, field: string) => void }

const places: Record<string, { label: string; placeholder: string; hint: string }> = {
  'request-number': {
    label: 'Where in the request’s body',
    placeholder: '/max_tokens',
    hint: 'A JSON pointer. A request without that number is quoted the maximum.',
  },
  'response-number': {
    label: 'Where in the answer’s body',
    placeholder: '/usage/total_tokens',
    hint: 'A JSON pointer. An answer without that number counts as zero.',
  },
  query: {
    label: 'Which parameter',
    placeholder: 'limit',
    hint: 'A request without it, or with it twice, is quoted the maximum.',
  },
  'response-header': {
    label: 'Which header',
    placeholder: 'x-tokens-used',
    hint: 'An answer without it counts as zero.',
  },
}

/** What is counted, and its price. */
export function UnitFields({ state, onChange }: Props) {
  const place = places[state.counted]
  return (
    <>
      {place && <TextField kind="code" {...place} {...bind(state, onChange, 'countedAt', 'pricing.unit.count.at')} />}
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Word for one of them"
          placeholder="token"
          {...bind(state, onChange, 'unitWord', 'pricing.unit.name')}
        />
        <TextField
          label="How many a price is for"
          kind="integer"
          {...bind(state, onChange, 'perUnits', 'pricing.unit.per')}
        />
      </div>
      <Tiers state={state} onChange={onChange} />
    </>
  )
}

function Tiers({ state, onChange }: Props) {
  const { tiers } = state
  const unit = state.unitWord || 'unit'
  /** The last step has no end, so that a new one comes before it. Its end is still to be typed. */
  const add = () => onChange({ tiers: [{ upTo: '', price: tiers[0]?.price ?? '' }, ...tiers] }, 'pricing.unit.tiers')
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">
        Dollars for {state.perUnits || '1'} {unit}s
      </legend>
      <ul className="flex flex-col gap-2">
        {tiers.map((tier, index) => (
          <Tier
            key={index}
            tier={tier}
            index={index}
            count={tiers.length}
            unit={unit}
            onChange={(patch, field) => onChange({ tiers: replaceAt(tiers, index, patch) }, field)}
            onRemove={() => onChange({ tiers: withoutAt(tiers, index) }, 'pricing.unit.tiers')}
          />
        ))}
      </ul>
      <Button variant="outline" size="sm" className="self-start" onClick={add}>
        <Plus aria-hidden /> Another step
      </Button>
      <p className="text-xs text-muted-foreground">
        Graduated: each {unit} costs the price of its own step; later steps do not change it.
      </p>
    </fieldset>
  )
}

type TierProps = {
  tier: TierState
  index: number
  count: number
  unit: string
  onChange: (patch: Partial<TierState>, field: string) => void
  onRemove: () => void
}

function Tier({ tier, index, count, unit, onChange, onRemove }: TierProps) {
  const base = `pricing.unit.tiers.${index}`
  const member = (key: keyof TierState) => bind(tier, onChange, key, `${base}.${key}`)
  return (
    <li className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center gap-2 text-muted-foreground">
        <span aria-hidden>$</span>
        <InlineField label={`Dollars, step ${index + 1}`} kind="decimal" width="w-28" {...member('price')} />
        {index === count - 1 ? (
          <span>{count === 1 ? 'for all of them' : 'for every further one'}</span>
        ) : (
          <>
            <span>up to</span>
            <InlineField
              label={`Last ${unit} of step ${index + 1}`}
              kind="integer"
              width="w-28"
              placeholder="10000"
              {...member('upTo')}
            />
            <RemoveButton label={`Remove step ${index + 1}`} onClick={onRemove} />
          </>
        )}
      </div>
      <FieldErrors names={[`${base}.price`, `${base}.upTo`]} />
    </li>
  )
}
