'use client'

import { bind } from '../form/bind'
import { SelectField, TextField } from '../form/field'
import { useFormScope } from '../form/form-scope'
import { DiscountFields } from './discount-fields'
import type { FormState } from './form-state'
import { nothing, type PriceState } from './price-state'
import { UnitFields } from './unit-fields'
import { WindowFields } from './window-fields'

type Props = { state: FormState; onChange: (patch: Partial<FormState>, field: string) => void }

const countedOptions = [
  { value: nothing, label: 'Nothing: every call costs the same' },
  { value: 'request-bytes', label: 'Bytes of the request' },
  { value: 'request-number', label: 'A number in the request’s JSON' },
  { value: 'query', label: 'A parameter of the query' },
  { value: 'response-number', label: 'A number in the answer’s JSON' },
  { value: 'response-header', label: 'A header of the answer' },
  { value: 'response-bytes', label: 'Bytes of the answer' },
  { value: 'events', label: 'Server-sent events of the answer' },
  { value: 'event-units', label: 'Units of its server-sent events' },
]

/** What a request shows before the upstream is called. */
const knownBefore: readonly string[] = ['request-bytes', 'request-number', 'query']

/** What changes the price of a call: what is counted, bounds, free calls, hours and agents. */
export function PriceFields({ state, onChange }: Props) {
  const { pricing } = state
  const change = (patch: Partial<PriceState>, field: string) => onChange({ pricing: { ...pricing, ...patch } }, field)
  const isCounted = pricing.counted !== nothing
  return (
    <>
      <SelectField
        label="What else is counted"
        hint={countedHint(pricing.counted)}
        options={countedOptions}
        width="max-w-80"
        {...bind(pricing, change, 'counted', 'pricing.unit.count.of')}
      />
      {isCounted && <UnitFields state={pricing} onChange={change} />}
      <Terms pricing={pricing} change={change} />
      <TextField
        label="Remark for the price book"
        hint="Why the price is this. Visible to your team only."
        placeholder="Nights sell badly"
        {...bind(pricing, change, 'note', 'note')}
      />
    </>
  )
}

function countedHint(counted: string): string | undefined {
  if (counted === nothing) return undefined
  return knownBefore.includes(counted)
    ? 'Known from the request: an agent gets its own quote, and pays exactly that.'
    : 'Known after the answer: an agent signs for the maximum (x402 upto, or a session) and pays the actual amount.'
}

type TermsProps = { pricing: PriceState; change: (patch: Partial<PriceState>, field: string) => void }

/** Open if a term is set, or wrong. */
function Terms({ pricing, change }: TermsProps) {
  const { errorOf } = useFormScope()
  const isCounted = pricing.counted !== nothing
  const isOpen = hasTerms(pricing) || errorOf('pricing.maxCharge') !== undefined
  const member = (key: 'minCharge' | 'maxCharge' | 'freePerDay') => bind(pricing, change, key, `pricing.${key}`)
  return (
    <details className="group" open={isOpen}>
      <summary className="cursor-pointer rounded-sm text-sm font-medium text-brand">
        Bounds, free calls, hours and agents
      </summary>
      <div className="mt-4 flex flex-col gap-5">
        <div className="grid gap-4 sm:grid-cols-3">
          <TextField label="At least, dollars" hint="Empty: no minimum." kind="decimal" {...member('minCharge')} />
          <TextField
            label="At most, dollars"
            hint={isCounted ? 'The amount that an agent signs for.' : 'Empty: no maximum.'}
            kind="decimal"
            {...member('maxCharge')}
          />
          <TextField
            label="Free calls a day"
            hint="For each wallet that signs in; days in UTC."
            kind="integer"
            {...member('freePerDay')}
          />
        </div>
        <WindowFields windows={pricing.windows} onChange={change} />
        <DiscountFields discounts={pricing.discounts} onChange={change} />
      </div>
    </details>
  )
}

function hasTerms({ counted, minCharge, maxCharge, freePerDay, windows, discounts }: PriceState): boolean {
  return counted !== nothing || `${minCharge}${maxCharge}${freePerDay}` !== '' || windows.length + discounts.length > 0
}
