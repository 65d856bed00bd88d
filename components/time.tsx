'use client'

import { useEffect, useReducer } from 'react'
import { cn } from './ui/cn'
import { useTooltip } from './ui/tooltip'

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
  const { pointing, bubble } = useTooltip(() => <Both date={date} />)
  const [, redraw] = useReducer((count: number) => count + 1, 0)

  useEffect(() => {
    if (format === 'absolute') return
    const timer = setInterval(redraw, refreshMs)
    return () => clearInterval(timer)
  }, [format])

  return (
    <>
      <time
        {...pointing}
        dateTime={date.toISOString()}
        suppressHydrationWarning
        className={cn('relative z-10 whitespace-nowrap tabular-nums', className)}
      >
        {format === 'absolute' ? utc(date) : relative(date, Date.now())}
      </time>
      {bubble}
    </>
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
  if (!unit && Math.abs(seconds) < 5) return 'now'
  const [name, size] = unit ?? (['second', 1] as const)
  // "5 min. ago" without the period.
  return formatter.format(Math.trunc(seconds / size), name).replace('.', '')
}
