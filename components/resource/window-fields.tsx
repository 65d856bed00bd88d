'use client'

import { Plus } from 'lucide-react'
import { bind } from '../form/bind'
import { FieldErrors, InlineField } from '../form/field'
import { RemoveButton, replaceAt, withoutAt } from '../form/rows'
import { Button } from '../ui/button'
import { newWindow, type PriceState, type WindowState } from './price-state'

type Props = { windows: readonly WindowState[]; onChange: (patch: Pick<PriceState, 'windows'>, field: string) => void }

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const fields = ['days', 'from', 'to', 'timeZone', 'percent'] as const
const zonesId = 'resource-zones'

/** Hours at which a call costs a share of its price. */
export function WindowFields({ windows, onChange }: Props) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">At certain hours</legend>
      {windows.map((window, index) => (
        <WindowBox
          key={index}
          window={window}
          index={index}
          onChange={(patch, field) => onChange({ windows: replaceAt(windows, index, patch) }, field)}
          onRemove={() => onChange({ windows: withoutAt(windows, index) }, 'pricing.windows')}
        />
      ))}
      <datalist id={zonesId}>
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <Button
        variant="outline"
        size="sm"
        className="self-start"
        onClick={() => onChange({ windows: [...windows, newWindow] }, 'pricing.windows')}
      >
        <Plus aria-hidden /> Add hours
      </Button>
      <p className="text-xs text-muted-foreground">
        The first match applies. Hours that end on the next day belong to the day on which they begin.
      </p>
    </fieldset>
  )
}

type BoxProps = {
  window: WindowState
  index: number
  onChange: (patch: Partial<WindowState>, field: string) => void
  onRemove: () => void
}

function WindowBox({ window, index, onChange, onRemove }: BoxProps) {
  const base = `pricing.windows.${index}`
  const member = (key: 'from' | 'to' | 'timeZone' | 'percent', label: string) => ({
    label: `${label}, hours ${index + 1}`,
    ...bind(window, onChange, key, `${base}.${key}`),
  })
  return (
    <div className="flex flex-col gap-2 rounded-md border p-3">
      <div className="flex flex-wrap items-center gap-1">
        <Days chosen={window.days} onChange={(next) => onChange({ days: next }, `${base}.days`)} />
        <span className="ml-auto">
          <RemoveButton label={`Remove hours ${index + 1}`} onClick={onRemove} />
        </span>
      </div>
      <div className="flex flex-wrap items-center gap-2 text-muted-foreground">
        <InlineField {...member('from', 'From')} width="w-20" /> to{' '}
        <InlineField {...member('to', 'Until')} width="w-20" />
        <InlineField {...member('timeZone', 'Time zone')} width="w-40" list={zonesId} />
        <span className="flex items-center gap-2">
          costs <InlineField {...member('percent', 'Percent')} kind="integer" width="w-16" /> % of it
        </span>
      </div>
      <FieldErrors names={fields.map((field) => `${base}.${field}`)} />
    </div>
  )
}

function Days({ chosen, onChange }: { chosen: readonly number[]; onChange: (days: number[]) => void }) {
  return days.map((name, index) => {
    const day = index + 1
    const isChosen = chosen.includes(day)
    const next = isChosen ? chosen.filter((other) => other !== day) : [...chosen, day]
    return (
      <Button
        key={name}
        variant={isChosen ? 'outline' : 'ghost'}
        size="sm"
        aria-pressed={isChosen}
        onClick={() => onChange(next.toSorted((a, b) => a - b))}
      >
        {name}
      </Button>
    )
  })
}

const zones = [
  'UTC',
  'Europe/London',
  'Europe/Berlin',
  'America/New_York',
  'America/Chicago',
  'America/Los_Angeles',
  'America/Sao_Paulo',
  'Asia/Kolkata',
  'Asia/Singapore',
  'Asia/Tokyo',
  'Australia/Sydney',
]
