'use client'

import { Plus, X } from 'lucide-react'
import { Button } from '../ui/button'
import { Input } from '../ui/input'
import { newWindow, type PriceState, type WindowState } from './price-state'

type Props = {
  windows: readonly WindowState[]
  errorOf: (field: string) => string | undefined
  onChange: (patch: Pick<PriceState, 'windows'>, field: string) => void
}

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const fields = ['days', 'from', 'to', 'timeZone', 'percent'] as const

/** Hours at which a call costs a share of its price. */
export function WindowFields({ windows, errorOf, onChange }: Props) {
  const set = (index: number, patch: Partial<WindowState>, field: string) =>
    onChange({ windows: windows.map((window, at) => (at === index ? { ...window, ...patch } : window)) }, field)
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1.5 text-sm font-medium">At certain hours</legend>
      {windows.map((window, index) => {
        const base = `pricing.windows.${index}`
        const input = (field: 'from' | 'to' | 'timeZone' | 'percent', label: string, className: string) => (
          <Input
            aria-label={`${label}, hours ${index + 1}`}
            aria-invalid={errorOf(`${base}.${field}`) ? true : undefined}
            value={window[field]}
            onChange={(event) => set(index, { [field]: event.target.value }, `${base}.${field}`)}
            className={`tabular-nums ${className}`}
            autoComplete="off"
            spellCheck={false}
            {...(field === 'timeZone' && { list: 'resource-zones' })}
          />
        )
        return (
          <div key={index} className="flex flex-col gap-2 rounded-md border p-3">
            <div className="flex flex-wrap items-center gap-1">
              {days.map((name, at) => {
                const isIn = window.days.includes(at + 1)
                const next = isIn ? window.days.filter((day) => day !== at + 1) : [...window.days, at + 1]
                return (
                  <Button
                    key={name}
                    variant={isIn ? 'outline' : 'ghost'}
                    size="sm"
                    aria-pressed={isIn}
                    onClick={() => set(index, { days: next.toSorted((a, b) => a - b) }, `${base}.days`)}
                  >
                    {name}
                  </Button>
                )
              })}
              <Button
                variant="ghost"
                size="sm"
                className="ml-auto"
                aria-label={`Remove hours ${index + 1}`}
                onClick={() => onChange({ windows: windows.filter((_, at) => at !== index) }, 'pricing.windows')}
              >
                <X aria-hidden />
              </Button>
            </div>
            <div className="flex flex-wrap items-center gap-2 text-muted-foreground">
              {input('from', 'From', 'w-20')} to {input('to', 'Until', 'w-20')}
              {input('timeZone', 'Time zone', 'w-40')}
              <span className="flex items-center gap-2">costs {input('percent', 'Percent', 'w-16')} % of it</span>
            </div>
            {fields.map((field) => {
              const error = errorOf(`${base}.${field}`)
              return (
                error && (
                  <p key={field} className="text-xs text-destructive">
                    {error}
                  </p>
                )
              )
            })}
          </div>
        )
      })}
      <datalist id="resource-zones">
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
        The first that fits counts. Hours that end on the next day belong to the day on which they begin.
      </p>
    </fieldset>
  )
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
