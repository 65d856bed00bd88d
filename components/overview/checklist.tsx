import { Circle, CircleCheck } from 'lucide-react'
import type { Milestones } from '@/lib/payments'
import { ButtonLink } from '../ui/button-link'
import { Panel } from '../panel'
import { cn } from '../ui/cn'

const steps: { key: keyof Milestones; title: string; help: string }[] = [
  { key: 'challenged', title: 'First 402', help: 'Call a gateway address without paying.' },
  { key: 'paid', title: 'First payment', help: 'An agent pays by x402 or MPP.' },
  { key: 'settled', title: 'First settlement', help: 'The transfer is found on chain.' },
]

/** The steps to the first settled payment, ticked when they happen. */
export function Checklist({ milestones }: { milestones: Milestones }) {
  const done = steps.every(({ key }) => milestones[key])
  return (
    <Panel
      isRegion
      title="First steps"
      description={done ? 'All done: now sell something of your own.' : 'Each step is ticked when it happens.'}
      actions={
        done && (
          <ButtonLink href="/resources/new" size="sm">
            New resource
          </ButtonLink>
        )
      }
    >
      <ol className="grid gap-3 sm:grid-cols-3" aria-live="polite">
        {steps.map(({ key, title, help }) => {
          const ticked = milestones[key]
          const Icon = ticked ? CircleCheck : Circle
          return (
            <li key={key} className="flex items-start gap-2.5">
              <Icon
                aria-hidden
                className={cn('mt-0.5 size-4 shrink-0', ticked ? 'text-success' : 'text-muted-foreground')}
              />
              <div>
                <p className="font-medium">
                  {title}
                  <span className="sr-only">{ticked ? ': done' : ': not yet'}</span>
                </p>
                <p className="text-xs text-muted-foreground">{help}</p>
              </div>
            </li>
          )
        })}
      </ol>
    </Panel>
  )
}
