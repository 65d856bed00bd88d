'use client'

import { useEffect, useState } from 'react'
import { cn } from './ui/cn'
import { Tooltip } from './ui/tooltip'

type Props = {
  at: Date | string | number
  /** relative: "3 min ago" (tables). absolute: date and time (details). */
  format?: 'relative' | 'absolute'
  className?: string
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

const refreshMs = 15_000

/** An instant: relative or absolute, UTC and local time in its tooltip. */
export function Time({ at, format = 'relative', className }: Props) {
  const date = new Date(at)
  const [now, setNow] = useState<number>()

  useEffect(() => {
    if (format === 'absolute') return
    const tick = () => setNow(Date.now())
    tick()
    const timer = setInterval(tick, refreshMs)
    return () => clearInterval(timer)
  }, [format])

  return (
    <Tooltip content={<Both date={date} />}>
      <time
        dateTime={date.toISOString()}
        suppressHydrationWarning
        className={cn('relative z-10 whitespace-nowrap tabular-nums', className)}
      >
        {format === 'absolute' ? utc(date) : relative(date, now ?? Date.now())}
      </time>
    </Tooltip>
  )
}

function Both({ date }: { date: Date }) {
  const local = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' }).format(date)
  return (
    <span className="grid grid-cols-[auto_auto] gap-x-2 tabular-nums">
      <span className="opacity-70">UTC</span>
      <span>{utc(date).replace(' UTC', '')}</span>
      <span className="opacity-70">Local</span>
      <span>{local}</span>
    </span>
  )
}

function utc(date: Date): string {
  return `${date.toISOString().replace('T', ' ').slice(0, 19)} UTC`
}

function relative(date: Date, nowMs: number): string {
  const seconds = Math.round((date.getTime() - nowMs) / 1000)
  const formatter = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })
  const unit = units.find(([, size]) => Math.abs(seconds) >= size)
  if (unit) return formatter.format(Math.trunc(seconds / unit[1]), unit[0])
  return Math.abs(seconds) < 5 ? 'now' : formatter.format(seconds, 'second')
}
