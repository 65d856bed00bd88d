import { ArrowLeftRight } from 'lucide-react'
import Link from 'next/link'
import type { PaymentView } from '@/lib/payments'
import { Empty } from '../empty'
import { PaymentTable } from '../payment/payment-table'
import { ButtonLink } from '../ui/button-link'

/** The newest payments, live. */
export function RecentPayments({ payments }: { payments: readonly PaymentView.PaymentLine[] }) {
  return (
    <section aria-labelledby="recent-title">
      <div className="mb-2 flex items-baseline justify-between">
        <h2 id="recent-title" className="font-semibold">
          Recent payments
        </h2>
        <Link href="/payments" className="rounded-sm text-brand hover:underline">
          All payments
        </Link>
      </div>
      <PaymentTable
        payments={payments}
        caption="Recent payments, newest first"
        empty={
          <Empty
            icon={ArrowLeftRight}
            title="No payment yet"
            action={
              <ButtonLink href="/resources" variant="outline">
                See what is on sale
              </ButtonLink>
            }
          >
            Payments appear here as soon as an agent pays.
          </Empty>
        }
      />
    </section>
  )
}
