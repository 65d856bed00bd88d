import { Check, CircleDashed, X } from 'lucide-react'
import type { PaymentTimeline as Life } from '@/lib/payments'
import { duration } from '../duration'
import { Hash } from '../hash'
import { Time } from '../time'
import { cn } from '../ui/cn'

const icons = { done: Check, failed: X, waiting: CircleDashed }
const words = { done: 'Done', failed: 'Failed', waiting: 'Still to come' }
const looks = {
  done: 'bg-success-soft text-success',
  failed: 'bg-destructive-soft text-destructive',
  waiting: 'bg-muted text-muted-foreground',
}

/** Steps from the challenge to the final block, one below the other, with what passed between them. */
export function Timeline({ steps }: { steps: readonly Life.PaymentTimelineStep[] }) {
  return (
    <ol className="flex flex-col">
      {steps.map((step, index) => {
        const Icon = icons[step.state]
        const last = index === steps.length - 1
        return (
          <li key={step.key} className="relative flex gap-3 pb-3.5 last:pb-0">
            {!last && (
              <span
                aria-hidden
                className={cn(
                  'absolute top-5 bottom-0 left-2.5 w-px -translate-x-1/2 bg-border',
                  steps[index + 1]?.state === 'waiting' && 'border-l border-dashed bg-transparent',
                )}
              />
            )}
            <span
              className={cn('z-0 flex size-5 shrink-0 items-center justify-center rounded-full', looks[step.state])}
            >
              <Icon aria-hidden className="size-3" strokeWidth={2.5} />
              <span className="sr-only">{words[step.state]}: </span>
            </span>
            <div className="flex min-w-0 grow flex-wrap items-baseline gap-x-3">
              <p className={cn('font-medium', step.state === 'waiting' && 'font-normal text-muted-foreground')}>
                {step.title}
              </p>
              {step.at && (
                <p className="ml-auto flex items-baseline gap-2 text-xs text-muted-foreground tabular-nums">
                  {step.sinceMs !== null && <span className="text-foreground">+{duration(step.sinceMs)}</span>}
                  <Time at={step.at} format="absolute" className="max-sm:hidden" />
                </p>
              )}
              {(step.detail || step.hash) && (
                <div className="flex w-full min-w-0 flex-wrap items-center gap-x-2 text-xs text-muted-foreground">
                  {step.detail && <span className="wrap-anywhere">{step.detail}</span>}
                  {step.hash && <Hash value={step.hash} label="transaction hash" />}
                </div>
              )}
            </div>
          </li>
        )
      })}
    </ol>
  )
}
