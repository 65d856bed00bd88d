import type { ReactNode } from 'react'
import type { DeliveryRow } from '@/lib/webhooks'
import { column, None, timeColumn } from '../columns'
import { DataTable } from '../data-table'
import { Status } from '../status'
import { Time } from '../time'

type Props = { deliveries: readonly DeliveryRow[]; base: string; showUrl: boolean; nowMs: number; empty: ReactNode }

/** Deliveries of one endpoint, newest first, each row linked to its page below `base`. */
export function DeliveryTable({ deliveries, base, showUrl, nowMs, empty }: Props) {
  return (
    <DataTable<DeliveryRow>
      caption="Deliveries, newest first"
      rows={deliveries}
      rowKey={(row) => row.id}
      rowHref={(row) => `${base}/${row.id}`}
      empty={empty}
      columns={[
        column('Event', (row) => <span className="font-mono text-xs">{row.type}</span>),
        column('Status', (row) => <Status kind="delivery" value={row.status} />),
        column(showUrl ? 'Sent to' : 'About', { from: 'md' }, (row) => (
          <span
            title={showUrl ? row.url : row.subject}
            className="block max-w-72 truncate font-mono text-xs text-muted-foreground"
          >
            {showUrl ? row.url : row.subject}
          </span>
        )),
        column('Tries', { align: 'right', from: 'sm' }, (row) => row.attempts),
        column('Next try', { from: 'lg' }, (row) => <NextTry dueAt={row.dueAt} nowMs={nowMs} />),
        timeColumn('Time', (row) => row.createdAt),
      ]}
    />
  )
}

/** A due delivery without a try waits for an earlier delivery of its subject, or for the receiver. */
function NextTry({ dueAt, nowMs }: { dueAt: string | null; nowMs: number }) {
  if (dueAt === null) return <None />
  return new Date(dueAt).getTime() > nowMs ? <Time at={dueAt} /> : <span>Next in line</span>
}
