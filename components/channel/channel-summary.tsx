import Link from 'next/link'
import type { ReactNode } from 'react'
import type { ChannelView } from '@/lib/channels'
import { Amount } from '../amount'
import { cn } from '../ui/cn'
import { Countdown } from './countdown'

/** Totals of all channels: their number, money in escrow and at risk, and the next deadline. */
export function ChannelSummary({ summary, nowMs }: { summary: ChannelView.ChannelsSummary; nowMs: number }) {
  const { open, closing, parked, nextDeadline } = summary
  const atRisk = summary.atRiskMicros !== '0'
  return (
    <dl className="mb-5 grid grid-cols-2 overflow-hidden rounded-lg border bg-card lg:grid-cols-4">
      <Figure
        label="Open channels"
        value={open.toLocaleString('en')}
        more={closing === 0 ? 'None is closing' : `${closing.toLocaleString('en')} closing`}
      />
      <Figure
        label="In escrow"
        value={<Amount base={summary.escrowMicros} />}
        more="Deposits, less what was paid out"
      />
      <Figure
        label="Unclaimed and at risk"
        value={<Amount base={summary.atRiskMicros} {...(atRisk && { className: 'text-warning' })} />}
        more={
          <>
            {summary.unclaimedMicros !== '0' && (
              <span>
                Vouchers for <Amount base={summary.unclaimedMicros} />
              </span>
            )}
            {summary.lostMicros !== '0' && (
              <Link
                href="/channels?status=closed"
                className="rounded-sm text-destructive underline-offset-2 hover:underline"
              >
                <Amount base={summary.lostMicros} /> lost
              </Link>
            )}
            {parked > 0 && (
              <Link href="/channels?parked=yes" className="rounded-sm text-warning underline-offset-2 hover:underline">
                {parked.toLocaleString('en')} parked
              </Link>
            )}
            {!atRisk &&
              summary.unclaimedMicros === '0' &&
              parked === 0 &&
              summary.lostMicros === '0' &&
              'All is paid out'}
          </>
        }
      />
      <Figure
        label="Next close deadline"
        value={nextDeadline ? <Countdown until={nextDeadline.at} nowMs={nowMs} /> : '–'}
        more={
          nextDeadline ? (
            <Link href={`/channels/${nextDeadline.channelId}`} className="rounded-sm text-brand hover:underline">
              Show the channel
            </Link>
          ) : (
            'No payer asked to close'
          )
        }
      />
    </dl>
  )
}

function Figure({ label, value, more }: { label: string; value: ReactNode; more: ReactNode }) {
  return (
    <div className={cn('-mt-px -ml-px flex min-w-0 flex-col gap-1 border-t border-l p-4')}>
      <dt className="text-xs text-muted-foreground">{label}</dt>
      <dd className="truncate text-2xl leading-8 font-semibold tracking-tight tabular-nums max-sm:text-lg">{value}</dd>
      <dd className="flex flex-wrap gap-x-3 text-xs text-muted-foreground tabular-nums">{more}</dd>
    </div>
  )
}
