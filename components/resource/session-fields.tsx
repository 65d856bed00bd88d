'use client'

import { Amount } from '@/lib/money'
import { bind } from '../form/bind'
import { SelectField, SwitchField, TextField } from '../form/field'
import { depositUnitsOf, microsOf } from './derived'
import { meterWords, type FormState, type SessionState } from './form-state'

type Props = { state: FormState; onChange: (patch: Partial<SessionState>, field: string) => void }

const meterOptions = [
  { value: 'request', label: 'A request' },
  { value: 'event', label: 'An event of the stream' },
  { value: 'units', label: 'A unit that the API reports' },
]

/** Whether and how a resource is sold by sessions. */
export function SessionFields({ state, onChange }: Props) {
  /** The unit's word follows what is counted, until a person changes it. */
  function count(meter: string) {
    const isDefault = Object.values(meterWords).includes(state.unitType)
    onChange({ meter, ...(isDefault && { unitType: meterWords[meter] ?? state.unitType }) }, 'meter')
  }
  return (
    <>
      <SwitchField
        name="session"
        label="Sold by sessions"
        hint="An agent puts money into escrow once, then pays each call with a signed voucher: on Tempo by MPP, on EVM networks by x402."
        value={state.session}
        onChange={(session) =>
          onChange(
            session ? { session, depositUnits: depositUnitsOf(state.price) } : { session, meter: 'request' },
            'session',
          )
        }
      />
      {state.session && (
        <>
          <SelectField
            name="meter"
            label="What the price buys"
            hint={meterHints[state.meter]}
            options={meterOptions}
            width="max-w-72"
            value={state.meter}
            onChange={count}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField
              label="Word for a unit"
              hint="Shown to agents: request, event, token."
              {...bind(state, onChange, 'unitType')}
            />
            <TextField
              label="Units that the deposit covers"
              hint={sentence(state)}
              kind="integer"
              {...bind(state, onChange, 'depositUnits')}
            />
          </div>
        </>
      )}
    </>
  )
}

const meterHints: Record<string, string> = {
  request: 'One voucher, one answer. Single payments can buy it too.',
  event: 'Every server-sent event of the answer. Sold by sessions only.',
  units: 'The number in the field “units” of a server-sent event. Sold by sessions only.',
}

/** The suggested deposit in words, or a general sentence while price or units are not valid. */
function sentence({ price, depositUnits, unitType }: FormState): string {
  const micros = microsOf(price)
  if (micros === undefined || !/^[1-9][0-9]{0,6}$/.test(depositUnits.trim()))
    return 'Suggested to agents when they open a channel.'
  const units = Number(depositUnits)
  const deposit = Amount.formatDollars(micros * BigInt(units))
  const words = `${units.toLocaleString('en')} ${unitType.trim()}${units === 1 ? '' : 's'}`
  return `An agent is asked to put ${deposit} into escrow, good for ${words}.`
}
