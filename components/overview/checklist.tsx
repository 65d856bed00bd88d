import { Circle, CircleCheck } from 'lucide-react'
import Link from 'next/link'
import type { Milestones } from '@/lib/payments'
import { Panel } from '../panel'
import { cn } from '../ui/cn'

/** What a shop has set up, and what has happened in it at least once. */
export type FirstSteps = Milestones & {
  /** The shop has payout addresses. */
  payouts: boolean
  /** Something is on sale. */
  resource: boolean
  /** An alert rule is on, or a webhook is set up. */
  alerts: boolean
}

const steps: { key: keyof FirstSteps; title: string; help: string; href: string }[] = [
  { key: 'payouts', title: 'Payout addresses', help: 'Where the money goes, signed.', href: '/settings/payouts' },
  { key: 'resource', title: 'First resource', help: 'An API with a price.', href: '/resources/new' },
  { key: 'challenged', title: 'First 402', help: 'Ask for a price without paying.', href: '/playground' },
  { key: 'paid', title: 'First payment', help: 'An agent pays by x402 or MPP.', href: '/playground' },
  { key: 'settled', title: 'First settlement', help: 'The transfer is found on chain.', href: '/payments' },
  { key: 'alerts', title: 'Alerts reach you', help: 'A rule or a webhook is on.', href: '/alerts' },
]

/** Whether there is nothing left to do. */
export function areAllDone(done: FirstSteps): boolean {
  return steps.every(({ key }) => done[key])
}

/** The steps from an empty shop to a watched one; each opens the page where it is done, and is ticked when it is. */
export function Checklist({ done }: { done: FirstSteps }) {
  const count = steps.filter(({ key }) => done[key]).length
  return (
    <Panel isRegion title="First steps" description={`${count} of ${steps.length} done.`}>
      <ol className="grid gap-x-3 gap-y-1 sm:grid-cols-2 xl:grid-cols-3" aria-live="polite">
        {steps.map(({ key, title, help, href }) => {
          const ticked = done[key]
          const Icon = ticked ? CircleCheck : Circle
          return (
            <li key={key}>
              <Link href={href} className="-mx-2 flex items-start gap-2.5 rounded-md px-2 py-1.5 hover:bg-accent">
                <Icon
                  aria-hidden
                  className={cn('mt-0.5 size-4 shrink-0', ticked ? 'text-success' : 'text-muted-foreground')}
                />
                <span>
                  <span className="block font-medium">
                    {title}
                    <span className="sr-only">{ticked ? ': done' : ': not yet'}</span>
                  </span>
                  <span className="block text-xs text-muted-foreground">{help}</span>
                </span>
              </Link>
            </li>
          )
        })}
      </ol>
    </Panel>
  )
}
