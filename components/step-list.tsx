import { Check, CircleDashed, CirclePause, CornerDownRight, X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { TimelineStep } from '@/lib/audit'
import { duration } from './duration'
import { Hash } from './hash'
import { Time } from './time'
import { cn } from './ui/cn'

const icons = { done: Check, failed: X, follows: CornerDownRight, held: CirclePause, waiting: CircleDashed }
const words = { done: 'Done', failed: 'Failed', follows: 'As a consequence', held: 'On hold', waiting: 'Still to come' }
const looks = {
  done: 'bg-success-soft text-success',
  failed: 'bg-destructive-soft text-destructive',
  follows: 'bg-muted text-muted-foreground',
  held: 'bg-warning-soft text-warning',
  waiting: 'bg-muted text-muted-foreground',
}

type Props<Item extends TimelineStep> = {
  steps: readonly Item[]
  /** More about a step, shown below its title. */
  children?: (step: Item) => ReactNode
}

/** Steps one below the other, with the time that passed between them. */
export function StepList<Item extends TimelineStep>({ steps, children }: Props<Item>) {
  return (
    <ol className="flex flex-col">
      {steps.map((step, index) => (
        <li key={step.key} className="relative flex gap-3 pb-4 last:pb-0">
          {index < steps.length - 1 && <Connector next={steps[index + 1]?.state} />}
          <Mark state={step.state} />
          <div className="min-w-0 grow">
            <StepHead step={step} />
            {(step.detail || step.hash) && (
              <div className="flex min-w-0 flex-wrap items-center gap-x-2 text-xs text-muted-foreground">
                {step.detail && <span className="wrap-anywhere">{step.detail}</span>}
                {step.hash && <Hash value={step.hash} label="transaction hash" />}
              </div>
            )}
            {children?.(step)}
          </div>
        </li>
      ))}
    </ol>
  )
}

function StepHead({ step }: { step: TimelineStep }) {
  return (
    <div className="flex flex-wrap items-baseline gap-x-3">
      <h3 className={cn('font-medium', step.state === 'waiting' && 'font-normal text-muted-foreground')}>
        {step.title}
      </h3>
      {step.at && (
        <p className="ml-auto flex items-baseline gap-2 text-xs text-muted-foreground tabular-nums">
          {step.sinceMs !== null && <span className="text-foreground">+{duration(step.sinceMs)}</span>}
          <Time at={step.at} format="absolute" className="max-sm:hidden" />
        </p>
      )}
    </div>
  )
}

/** The line to the next step: dashed if that step has not happened. */
function Connector({ next }: { next: TimelineStep['state'] | undefined }) {
  return (
    <span
      aria-hidden
      className={cn(
        'absolute top-5 bottom-0 left-2.5 w-px -translate-x-1/2 bg-border',
        next === 'waiting' && 'border-l border-dashed bg-transparent',
      )}
    />
  )
}

function Mark({ state }: { state: TimelineStep['state'] }) {
  const Icon = icons[state]
  return (
    <span className={cn('z-0 flex size-5 shrink-0 items-center justify-center rounded-full', looks[state])}>
      <Icon aria-hidden className="size-3" strokeWidth={2.5} />
      <span className="sr-only">{words[state]}: </span>
    </span>
  )
}
