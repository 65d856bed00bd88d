import { Check, CircleDashed, CirclePause, X } from 'lucide-react'
import type { EventRow } from '@/lib/audit'
import type { TransactionTimeline as Life, TransactionView } from '@/lib/execution'
import { duration } from '../duration'
import { Time } from '../time'
import { cn } from '../ui/cn'
import { AskedBody } from './asked-body'
import { AttemptBody } from './attempt-body'
import { InclusionBody } from './inclusion-body'
import { PolicyBody } from './policy-body'
import { SimulationBody } from './simulation-body'

const icons = { done: Check, failed: X, held: CirclePause, waiting: CircleDashed }
const words = { done: 'Done', failed: 'Failed', held: 'Waits', waiting: 'Still to come' }
const looks = {
  done: 'bg-success-soft text-success',
  failed: 'bg-destructive-soft text-destructive',
  held: 'bg-warning-soft text-warning',
  waiting: 'bg-muted text-muted-foreground',
}

type Props = {
  steps: readonly Life.TransactionTimelineStep[]
  transaction: TransactionView.TransactionDetail
  events: readonly EventRow[]
}

/** From the request to the final block, one step below the other, each with what is known of it. */
export function Trace({ steps, transaction, events }: Props) {
  return (
    <ol className="flex flex-col">
      {steps.map((step, index) => {
        const Icon = icons[step.state]
        return (
          <li key={step.key} className="relative flex gap-3 pb-4 last:pb-0">
            {index < steps.length - 1 && (
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
            <div className="min-w-0 grow">
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
              {step.detail && <p className="text-xs wrap-anywhere text-muted-foreground">{step.detail}</p>}
              <Body step={step} transaction={transaction} events={events} />
            </div>
          </li>
        )
      })}
    </ol>
  )
}

function Body({ step, transaction, events }: { step: Life.TransactionTimelineStep } & Omit<Props, 'steps'>) {
  const inside = bodyOf(step, transaction, events)
  return inside && <div className="mt-1.5">{inside}</div>
}

function bodyOf(
  step: Life.TransactionTimelineStep,
  transaction: TransactionView.TransactionDetail,
  events: readonly EventRow[],
) {
  const { simulation, accepted, intent, attemptList } = transaction
  switch (step.about) {
    case 'asked':
      return <AskedBody transaction={transaction} />
    case 'policy':
      return intent && <PolicyBody intent={intent} />
    case 'accepted':
      return accepted && <SimulationBody simulation={accepted} parties={transaction} />
    case 'simulated':
      if (!simulation) return null
      if (accepted?.digest !== undefined && accepted.digest === simulation.digest)
        return <Same simulation={simulation} accepted={accepted} />
      return <SimulationBody simulation={simulation} parties={transaction} />
    case 'attempt': {
      const attempt = attemptList.find(({ seq }) => seq === step.seq)
      return attempt && <AttemptBody attempt={attempt} transaction={transaction} events={events} />
    }
    case 'included':
      return <InclusionBody transaction={transaction} />
    case 'note':
      return null
  }
}

function Same({ simulation, accepted }: Record<'simulation' | 'accepted', TransactionView.SimulationView>) {
  const isSameBlock = simulation.blockNumber === accepted.blockNumber
  return (
    <p className="text-xs text-muted-foreground">
      {isSameBlock || simulation.blockNumber === undefined ? (
        'No newer block: what was accepted still holds.'
      ) : (
        <>
          The same outcome on block {Number(simulation.blockNumber).toLocaleString('en')}
          {simulation.gasUsed !== undefined && `, with ${Number(simulation.gasUsed).toLocaleString('en')} gas`}.
        </>
      )}
    </p>
  )
}
