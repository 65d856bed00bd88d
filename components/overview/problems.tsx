import { CircleCheck, ChevronRight, TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import type { OpenProblem } from '@/lib/settlement'

/** Problems that settlement finds, and open alerts. */
export type OverviewProblem = OpenProblem | { kind: 'alert'; count: number }

const kinds: Record<OverviewProblem['kind'], { one: string; many: string; href: string }> = {
  'settlement-unknown': {
    one: 'settlement has had an unknown outcome for more than a minute',
    many: 'settlements have had an unknown outcome for more than a minute',
    href: '/payments?settlement=pending',
  },
  'refund-due': { one: 'refund is owed', many: 'refunds are owed', href: '/refunds?status=due,sent' },
  'channel-deadline': {
    one: 'channel is owed money and its payer asked to close it more than a minute ago',
    many: 'channels are owed money and their payers asked to close them more than a minute ago',
    href: '/channels?status=close_requested',
  },
  'channel-parked': {
    one: 'channel is due and cannot be settled',
    many: 'channels are due and cannot be settled',
    href: '/channels?parked=yes',
  },
  'payout-owed': {
    one: 'address waits for a payout that another facilitator claimed',
    many: 'addresses wait for payouts that other facilitators claimed',
    href: '/facilitators',
  },
  'transaction-held': {
    one: 'transaction is on hold: it waits for funds or a cap',
    many: 'transactions are on hold: they wait for funds or a cap',
    href: '/transactions?status=held',
  },
  'transaction-stuck': {
    one: 'transaction has waited for a block for more than a minute',
    many: 'transactions have waited for a block for more than a minute',
    href: '/transactions?status=queued,signed,submitted',
  },
  'books-differ': {
    one: 'address has a different balance on chain than in the books',
    many: 'addresses have a different balance on chain than in the books',
    href: '/settlements',
  },
  'payer-asked': {
    one: 'payer waits for an answer about a payment',
    many: 'payers wait for an answer about their payments',
    href: '/refunds#asked',
  },
  alert: { one: 'alert is open', many: 'alerts are open', href: '/alerts' },
}

/** Problems that a person should look at, each linked to its list. */
export function Problems({ problems }: { problems: readonly OverviewProblem[] }) {
  return (
    <section aria-label="Open problems" aria-live="polite">
      {problems.length === 0 ? (
        <p className="flex items-center gap-2 text-muted-foreground">
          <CircleCheck aria-hidden className="size-4 text-success" /> No open problems
        </p>
      ) : (
        <ul className="divide-y overflow-hidden rounded-lg border bg-card">
          {problems.map(({ kind, count }) => (
            <li key={kind}>
              <Link
                href={kinds[kind].href}
                className="flex items-center gap-2 px-4 py-2.5 -outline-offset-2 hover:bg-muted/60"
              >
                <TriangleAlert aria-hidden className="size-4 shrink-0 text-warning" />
                <span>
                  <span className="font-medium tabular-nums">{count.toLocaleString('en')}</span>{' '}
                  {count === 1 ? kinds[kind].one : kinds[kind].many}
                </span>
                <ChevronRight aria-hidden className="ml-auto size-4 shrink-0 text-muted-foreground" />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
