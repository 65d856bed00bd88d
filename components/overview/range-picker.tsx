'use client'

import Link from 'next/link'
import type { DateRange } from '@/lib/payments'
import { cn } from '../ui/cn'

const labels: Record<DateRange.DateRange, string> = { '24h': '24 h', '7d': '7 d', '30d': '30 d' }

/** Chooses the period of the figures, which is part of the URL. */
export function RangePicker({ range }: { range: DateRange.DateRange }) {
  return (
    <nav aria-label="Time range" className="flex rounded-md border bg-card p-0.5">
      {(Object.keys(labels) as DateRange.DateRange[]).map((option) => (
        <Link
          key={option}
          href={`/?range=${option}`}
          scroll={false}
          aria-current={option === range ? 'true' : undefined}
          className={cn(
            'rounded-sm px-2.5 py-1 text-xs font-medium tabular-nums',
            option === range ? 'bg-accent text-foreground' : 'text-muted-foreground hover:text-foreground',
          )}
        >
          {labels[option]}
        </Link>
      ))}
    </nav>
  )
}
