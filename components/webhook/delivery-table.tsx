import type { ReactNode } from 'react'
import type { DeliveryRow } from '@/lib/webhooks'
import { DataTable } from '../data-table'
import { Status } from '../status'
import { Time } from '../time'

type Props = { deliveries: readonly DeliveryRow[]; base: string; showUrl: boolean; nowMs: number; empty: ReactNode }

/** Deliveries of one endpoint, newest first, each row its page below `base`. */
export function DeliveryTable({ deliveries, base, showUrl, nowMs, empty }: Props) {
  return (
    <DataTable
      caption="Deliveries, newest first"
      rows={deliveries}
      rowKey={(row) => row.id}
      rowHref={(row) => `${base}/${row.id}`}
      empty={empty}
      columns={[
        { key: 'type', header: 'Event', cell: (row) => <span className="font-mono text-xs">{row.type}</span> },
        { key: 'status', header: 'Status', cell: (row) => <Status kind="delivery" value={row.status} /> },
        {
          key: 'subject',
          header: showUrl ? 'Told to' : 'About',
          from: 'md',
          cell: (row) => (
            <span
              title={showUrl ? row.url : row.subject}
              className="block max-w-72 truncate font-mono text-xs text-muted-foreground"
            >
              {showUrl ? row.url : row.subject}
            </span>
          ),
        },
        { key: 'tries', header: 'Tries', align: 'right', from: 'sm', cell: (row) => row.attempts },
        { key: 'next', header: 'Next try', from: 'lg', cell: (row) => <NextTry dueAt={row.dueAt} nowMs={nowMs} /> },
        {
          key: 'time',
          header: 'Time',
          align: 'right',
          cell: (row) => <Time at={row.createdAt} className="text-muted-foreground" />,
        },
      ]}
    />
  )
}

/** One that is due and not tried waits for an earlier one of its subject, or for the receiver. */
function NextTry({ dueAt, nowMs }: { dueAt: string | null; nowMs: number }) {
  if (dueAt === null) return <span className="text-muted-foreground">–</span>
  return new Date(dueAt).getTime() > nowMs ? <Time at={dueAt} /> : <span>In its turn</span>
}
