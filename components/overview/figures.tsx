import { ArrowDownRight, ArrowUpRight } from 'lucide-react'
import type { ReactNode } from 'react'
import type { DateRange, EarningsSummary } from '@/lib/payments'
import { Amount } from '../amount'

const before: Record<DateRange.DateRange, string> = {
  '24h': 'the 24 h before',
  '7d': 'the 7 days before',
  '30d': 'the 30 days before',
}

/** Revenue, paid calls and the share of 402s that were paid, each compared with the period before. */
export function Figures({ summary, range }: { summary: EarningsSummary; range: DateRange.DateRange }) {
  const { previous } = summary
  const rate = conversion(summary)
  const previousRate = conversion(previous)
  return (
    <dl className="grid overflow-hidden rounded-lg border bg-card max-sm:divide-y sm:grid-cols-3 sm:divide-x">
      <Figure
        label="Revenue"
        value={summary.paidCalls === 0 ? '–' : <Amount base={summary.revenueMicros} />}
        delta={
          <Delta now={Number(summary.revenueMicros)} then={Number(previous.revenueMicros)} label={before[range]} />
        }
      />
      <Figure
        label="Paid calls"
        value={summary.paidCalls === 0 ? '–' : summary.paidCalls.toLocaleString('en')}
        delta={<Delta now={summary.paidCalls} then={previous.paidCalls} label={before[range]} />}
      />
      <Figure
        label="402s that led to a payment"
        value={rate === undefined ? '–' : `${(rate * 100).toFixed(1)} %`}
        // In its own unit: paid calls count every voucher, and this counts a session once.
        delta={
          <>
            {summary.answered.toLocaleString('en')} of {summary.challenges.toLocaleString('en')}; a session counts once.{' '}
            {previousRate !== undefined && rate !== undefined && (
              <Delta now={rate} then={previousRate} label={before[range]} />
            )}
          </>
        }
      />
    </dl>
  )
}

function Figure({ label, value, delta }: { label: string; value: ReactNode; delta: ReactNode }) {
  return (
    <div className="flex flex-col gap-1 p-4">
      <dt className="text-xs text-muted-foreground">{label}</dt>
      <dd className="text-2xl leading-8 font-semibold tracking-tight tabular-nums">{value}</dd>
      <dd className="text-xs text-muted-foreground tabular-nums">{delta}</dd>
    </div>
  )
}

/** For ratios only, so floating point is fine. Money that people read is never a number. */
function Delta({ now, then, label }: { now: number; then: number; label: string }) {
  if (then === 0) return `Nothing in ${label}`
  const change = (now - then) / then
  const Icon = change < 0 ? ArrowDownRight : ArrowUpRight
  return (
    <span className="inline-flex items-center gap-1">
      {change !== 0 && <Icon aria-hidden className="size-3.5" />}
      <span>
        {change === 0
          ? 'Same as'
          : `${change > 0 ? '+' : '−'}${Math.abs(change * 100).toFixed(change >= 9.995 ? 0 : 1)} % against`}{' '}
        {label}
      </span>
    </span>
  )
}

/** At most 100 %: an agent that still has a quote pays without a new 402, so paid calls can exceed challenges. */
function conversion({ answered, challenges }: { answered: number; challenges: number }): number | undefined {
  return challenges === 0 ? undefined : Math.min(1, answered / challenges)
}
