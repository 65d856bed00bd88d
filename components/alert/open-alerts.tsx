import { CircleCheck, TriangleAlert } from 'lucide-react'
import type { AlertView } from '@/lib/alerts'
import { Time } from '../time'
import type { Outcome } from '../outcome'
import { AlertSubject } from './alert-subject'
import { RefundNow } from './refund-now'

type Props = {
  alerts: readonly AlertView[]
  /** Refunds a payment that is warned about; absent if the reader may not. */
  refundNow?: ((paymentId: string) => Promise<Outcome<{ id: string }>>) | undefined
}

/** Alerts whose condition holds now. */
export function OpenAlerts({ alerts, refundNow }: Props) {
  return (
    <section aria-label="Open alerts" aria-live="polite" className="mb-6">
      {alerts.length === 0 ? (
        <p className="flex items-center gap-2 text-muted-foreground">
          <CircleCheck aria-hidden className="size-4 text-success" /> No open alerts
        </p>
      ) : (
        <ul className="divide-y overflow-hidden rounded-lg border border-warning/40 bg-card">
          {alerts.map((alert) => (
            <li key={alert.id} className="flex items-start gap-2.5 px-4 py-2.5">
              <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
              <div className="min-w-0 flex-1">
                <p className="wrap-anywhere">
                  <span className="font-medium">{alert.title}.</span> {alert.message}
                </p>
                <p className="flex flex-wrap gap-x-3 text-xs text-muted-foreground">
                  <Time at={alert.openedAt} />
                  <AlertSubject subject={alert.subject} />
                </p>
              </div>
              {alert.kind === 'fraud' && refundNow && (
                <RefundNow act={refundNow.bind(null, alert.subject.slice('payment:'.length))} />
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
