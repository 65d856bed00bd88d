import type { DeliveryDetail } from '@/lib/webhooks'
import { column, None } from '../columns'
import { DataTable } from '../data-table'
import { duration } from '../duration'
import { Time } from '../time'
import { Badge } from '../ui/badge'

/** All tries of a delivery, newest first, with the receiver's answers. */
export function TryTable({ tries }: { tries: DeliveryDetail['tries'] }) {
  return (
    <DataTable<DeliveryDetail['tries'][number]>
      className="rounded-none border-0 border-t"
      caption="Tries, newest first"
      rows={tries}
      rowKey={(row) => String(row.number)}
      empty={<p className="p-4 text-muted-foreground">Not sent yet.</p>}
      columns={[
        column('#', (row) => row.number),
        column('Answer', (row) => <Answer status={row.httpStatus} />),
        column('Response', (row) => (
          <span className="block max-h-24 max-w-[28rem] min-w-24 overflow-y-auto wrap-anywhere">
            {row.detail || <None>nothing</None>}
          </span>
        )),
        column('Took', { align: 'right', from: 'sm' }, (row) => duration(row.durationMs)),
        column('Time', { align: 'right', from: 'sm' }, (row) => <Time at={row.at} format="absolute" />),
      ]}
    />
  )
}

function Answer({ status }: { status: number | null }) {
  if (status === null) return <Badge tone="danger">None</Badge>
  return <Badge tone={status >= 200 && status < 300 ? 'success' : 'danger'}>{status}</Badge>
}
