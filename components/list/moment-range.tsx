'use client'

import { Button } from '../ui/button'
import type { FilterField, FilterQuery, SetFilter } from './filter-field'
import { FilterInput } from './filter-input'

type Props = { field: FilterField & { kind: 'range' }; query: FilterQuery; set: SetFilter }

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

const toMinute = (ms: number) => new Date(ms).toISOString().slice(0, 16)
const toDay = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** Ranges that are asked for most. Days and months are UTC. */
const presets: readonly { label: string; range: (nowMs: number) => [from: string, to: string | undefined] }[] = [
  { label: 'Last hour', range: (nowMs) => [toMinute(nowMs - 60 * minuteMs), undefined] },
  { label: 'Today', range: (nowMs) => [toDay(nowMs), undefined] },
  { label: 'Yesterday', range: (nowMs) => [toDay(nowMs - dayMs), toDay(nowMs - dayMs)] },
  { label: '7 days', range: (nowMs) => [toDay(nowMs - 6 * dayMs), undefined] },
  { label: '30 days', range: (nowMs) => [toDay(nowMs - 29 * dayMs), undefined] },
  { label: 'This month', range: (nowMs) => [`${toDay(nowMs).slice(0, 7)}-01`, undefined] },
  {
    label: 'Last month',
    range: (nowMs) => {
      const first = Date.parse(`${toDay(nowMs).slice(0, 7)}-01T00:00:00Z`)
      return [`${toDay(first - dayMs).slice(0, 7)}-01`, toDay(first - dayMs)]
    },
  },
]

/** A range of time to the minute, in UTC, with the usual ones as buttons. A day of the address shows its first or last minute. */
export function MomentRange({ field, query, set }: Props) {
  const shown = (name: string, minute: string) => {
    const text = query[name]
    return text === undefined ? '' : text.length === 10 ? `${text}T${minute}` : text
  }
  const input = (name: string, label: string, minute: string) => (
    <FilterInput
      key={query[name]}
      name={name}
      label={label}
      type="datetime-local"
      value={shown(name, minute)}
      onChange={(value) => set({ [name]: value.slice(0, 16) || undefined })}
    />
  )
  return (
    <>
      <div className="flex max-w-64 flex-wrap gap-1">
        {presets.map(({ label, range }) => (
          <Button
            key={label}
            variant="outline"
            size="sm"
            onClick={() => {
              const [from, to] = range(Date.now())
              set({ [field.min]: from, [field.max]: to })
            }}
          >
            {label}
          </Button>
        ))}
      </div>
      {input(field.min, 'From (UTC)', '00:00')}
      {input(field.max, 'To (UTC)', '23:59')}
    </>
  )
}
