import type { EventRow } from '@/lib/audit'
import { Card, CardHeader } from '../ui/card'
import { EventList } from './event-list'

/** The audit events of one thing, as the last card of its page. */
export function AuditTrail({ events, description }: { events: readonly EventRow[]; description?: string }) {
  return (
    <Card className="mt-4 overflow-hidden">
      <CardHeader title="Audit trail" description={description} />
      <div className="border-t">
        <EventList events={events} format="absolute" />
      </div>
    </Card>
  )
}
