'use client'

import { describedBy, Field } from '../ui/field'
import { Input } from '../ui/input'
import { Select } from '../ui/select'
import { useHydrated } from '../use-hydrated'
import { DiscountFields } from './discount-fields'
import type { FormState } from './form-state'
import { nothing, type PriceState } from './price-state'
import { UnitFields } from './unit-fields'
import { WindowFields } from './window-fields'

type Props = {
  state: FormState
  errorOf: (field: string) => string | undefined
  warningOf: (field: string) => string | undefined
  onChange: (patch: Partial<FormState>, field: string) => void
}

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

const known: readonly string[] = [nothing, 'request-bytes', 'request-number', 'query']

/** What a call costs: its base, what is counted, its bounds, free calls, hours and agents. */
export function PriceFields({ state, errorOf, warningOf, onChange }: Props) {
  const ready = useHydrated()
  const { pricing } = state
  const change = (patch: Partial<PriceState>, field: string) => onChange({ pricing: { ...pricing, ...patch } }, field)
  const isCounted = pricing.counted !== nothing
  const text = (key: 'minCharge' | 'maxCharge' | 'freePerDay' | 'note', field = `pricing.${key}`) => ({
    id: `resource-${key}`,
    ...describedBy(`resource-${key}`, { hint: true, error: errorOf(field) !== undefined }),
    value: pricing[key],
    readOnly: !ready,
    onChange: (event: { target: { value: string } }) => change({ [key]: event.target.value }, field),
    autoComplete: 'off',
  })
  return (
    <>
      <Field
        id="resource-price"
        label={`Price of one ${state.session ? state.unitType || 'unit' : 'call'}, in dollars`}
        error={errorOf('price')}
        hint={
          warningOf('price') ??
          (isCounted
            ? 'What every call costs before anything is counted; may be 0.'
            : 'Up to six decimals. Quotes already shown to agents keep their price for five minutes.')
        }
      >
        <div className="relative max-w-48">
          <span aria-hidden className="absolute inset-y-0 left-2.5 flex items-center text-muted-foreground">
            $
          </span>
          <Input
            id="resource-price"
            {...describedBy('resource-price', { hint: true, error: errorOf('price') !== undefined })}
            value={state.price}
            readOnly={!ready}
            onChange={(event) => onChange({ price: event.target.value }, 'price')}
            inputMode="decimal"
            className="pl-6 tabular-nums"
            autoComplete="off"
          />
        </div>
      </Field>
      <Field
        id="resource-counted"
        label="What else is counted"
        error={errorOf('pricing.unit.count.of')}
        hint={
          known.includes(pricing.counted)
            ? isCounted
              ? 'The request says it: an agent is quoted its own price, and what is quoted is charged.'
              : undefined
            : 'Known after the answer: an agent signs for the most (x402 upto, or a session) and pays what it came to.'
        }
      >
        <Select
          id="resource-counted"
          {...describedBy('resource-counted', {
            hint: isCounted,
            error: errorOf('pricing.unit.count.of') !== undefined,
          })}
          value={pricing.counted}
          onValueChange={(counted) => change({ counted }, 'pricing.unit.count.of')}
          options={countedOptions}
          className="max-w-80"
        />
      </Field>
      {isCounted && <UnitFields state={pricing} errorOf={errorOf} onChange={change} />}
      <details className="group" open={isOpen(state, errorOf)}>
        <summary className="cursor-pointer rounded-sm text-sm font-medium text-brand">
          Bounds, free calls, hours and agents
        </summary>
        <div className="mt-4 flex flex-col gap-5">
          <div className="grid gap-4 sm:grid-cols-3">
            <Field
              id="resource-minCharge"
              label="At least, dollars"
              error={errorOf('pricing.minCharge')}
              hint="Empty: no least."
            >
              <Input {...text('minCharge')} inputMode="decimal" className="tabular-nums" />
            </Field>
            <Field
              id="resource-maxCharge"
              label="At most, dollars"
              error={errorOf('pricing.maxCharge')}
              hint={isCounted ? 'What an agent signs for.' : 'Empty: no most.'}
            >
              <Input {...text('maxCharge')} inputMode="decimal" className="tabular-nums" />
            </Field>
            <Field
              id="resource-freePerDay"
              label="Free calls a day"
              error={errorOf('pricing.freePerDay')}
              hint="For each wallet that signs in; days of UTC."
            >
              <Input {...text('freePerDay')} inputMode="numeric" className="tabular-nums" />
            </Field>
          </div>
          <WindowFields windows={pricing.windows} errorOf={errorOf} onChange={change} />
          <DiscountFields discounts={pricing.discounts} errorOf={errorOf} onChange={change} />
        </div>
      </details>
      <Field
        id="resource-note"
        label="Remark for the price book"
        error={errorOf('note')}
        hint="Why it costs this. Only members see it."
      >
        <Input {...text('note', 'note')} placeholder="Nights sell badly" />
      </Field>
    </>
  )
}

/** Open where something is in it, or wrong. */
function isOpen({ pricing }: FormState, errorOf: Props['errorOf']): boolean {
  const { counted, minCharge, maxCharge, freePerDay, windows, discounts } = pricing
  return (
    counted !== nothing ||
    `${minCharge}${maxCharge}${freePerDay}` !== '' ||
    windows.length + discounts.length > 0 ||
    errorOf('pricing.maxCharge') !== undefined
  )
}
