'use client'

import { useEffect, useState } from 'react'
import { cn } from '../ui/cn'

type Props = {
  /** ISO 8601. */
  until: string
  /** The server's clock when it rendered the page: the browser's clock may be wrong. */
  nowMs: number
  className?: string
}

const tickMs = 1_000
/** Below this, a person has to act. */
const urgentMs = 3 * 60_000

/** The time left until an instant, updated every second. */
export function Countdown({ until, nowMs, className }: Props) {
  const [shownMs, setShownMs] = useState(nowMs)

  useEffect(() => {
    const aheadMs = nowMs - Date.now()
    const timer = setInterval(() => setShownMs(Date.now() + aheadMs), tickMs)
    return () => clearInterval(timer)
  }, [nowMs])

  const leftMs = Date.parse(until) - Math.max(shownMs, nowMs)
  return (
    <span
      role="timer"
      title={`${until.replace('T', ' ').slice(0, 19)} UTC`}
      className={cn(
        'font-medium whitespace-nowrap tabular-nums',
        leftMs < urgentMs ? 'text-destructive' : 'text-warning',
        className,
      )}
    >
      {leftMs <= 0 ? 'passed' : clock(leftMs)}
    </span>
  )
}

/** "14:59", "2:03:00", "3 d 4 h". */
function clock(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ]
  if (days > 0) return `${days} d ${hours} h`
  const two = (value: number) => String(value).padStart(2, '0')
  const rest = `${two(minutes)}:${two(seconds % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}
