'use client'

import { Amount } from '@/lib/money'
import { describedBy, Field } from '../ui/field'
import { Input } from '../ui/input'
import { Select } from '../ui/select'
import { useHydrated } from '../use-hydrated'
import { meterWords, type FormState, type SessionState } from './form-state'
import { SwitchRow } from './switch-row'

type Props = {
  state: FormState
  errorOf: (field: string) => string | undefined
  onChange: (patch: Partial<SessionState>, field: string) => void
}

const meterOptions = [
  { value: 'request', label: 'A request' },
  { value: 'event', label: 'An event of the stream' },
  { value: 'units', label: 'A unit that the API reports' },
]

/** Whether and how a resource is sold by sessions. */
export function SessionFields({ state, errorOf, onChange }: Props) {
  const ready = useHydrated()
  const error = errorOf('session')
  const control = (field: string) => ({
    id: `resource-${field}`,
    ...describedBy(`resource-${field}`, { hint: true, error: errorOf(field) !== undefined }),
  })

  /** A word that nobody chose follows what is counted. */
  function count(meter: string) {
    const isOurs = Object.values(meterWords).includes(state.unitType)
    onChange({ meter, ...(isOurs && { unitType: meterWords[meter] ?? state.unitType }) }, 'meter')
  }

  return (
    <>
      <SwitchRow
        label="Sold by sessions"
        hint="An agent puts money into escrow once, then pays each call with a signed voucher: on Tempo by MPP, on EVM networks by x402."
        checked={state.session}
        onChange={(session) => onChange({ session, ...(!session && { meter: 'request' }) }, 'session')}
      />
      {error && <p className="text-xs text-destructive">{error}</p>}
      {state.session && (
        <>
          <Field
            id="resource-meter"
            label="What the price buys"
            error={errorOf('meter')}
            hint={meterHints[state.meter]}
          >
            <Select
              {...control('meter')}
              value={state.meter}
              onValueChange={count}
              options={meterOptions}
              className="max-w-72"
            />
          </Field>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field
              id="resource-unitType"
              label="A unit in one word"
              error={errorOf('unitType')}
              hint="For agents: request, event, token."
            >
              <Input
                {...control('unitType')}
                value={state.unitType}
                readOnly={!ready}
                onChange={(event) => onChange({ unitType: event.target.value }, 'unitType')}
                autoComplete="off"
                spellCheck={false}
              />
            </Field>
            <Field
              id="resource-depositUnits"
              label="Units that the deposit covers"
              error={errorOf('depositUnits')}
              hint={sentence(state)}
            >
              <Input
                {...control('depositUnits')}
                value={state.depositUnits}
                readOnly={!ready}
                onChange={(event) => onChange({ depositUnits: event.target.value }, 'depositUnits')}
                inputMode="numeric"
                className="tabular-nums"
                autoComplete="off"
              />
            </Field>
          </div>
        </>
      )}
    </>
  )
}

const meterHints: Record<string, string> = {
  request: 'One voucher, one answer. Single payments buy it too.',
  event: 'Every server-sent event of the answer. Sold by sessions only.',
  units: 'As many as the field "units" of a server-sent event says. Sold by sessions only.',
}

/** What the deposit means, as far as price and units are written. */
function sentence({ price, depositUnits, unitType }: FormState): string {
  const micros = microsOf(price)
  if (micros === undefined || !/^[1-9][0-9]{0,6}$/.test(depositUnits.trim()))
    return 'Suggested to agents when they open a channel.'
  const units = Number(depositUnits)
  const deposit = Amount.formatDollars(micros * BigInt(units))
  const words = `${units.toLocaleString('en')} ${unitType.trim()}${units === 1 ? '' : 's'}`
  return `An agent is asked to put ${deposit} into escrow, good for ${words}.`
}

function microsOf(price: string): bigint | undefined {
  try {
    return Amount.parseDollars(price)
  } catch {
    return undefined
  }
}
