import type { ReactNode } from 'react'
import type { WebhookEndpointView } from '@/lib/webhooks'
import { column, timeColumn } from '../columns'
import { DataTable } from '../data-table'
import { Status } from '../status'
import { stateOf, subscribedTo } from './subscribed-to'

/** Endpoints, each row linked to its page. */
export function EndpointTable({ endpoints, empty }: { endpoints: readonly WebhookEndpointView[]; empty: ReactNode }) {
  return (
    <DataTable<WebhookEndpointView>
      caption="Endpoints, newest first"
      rows={endpoints}
      rowKey={(row) => row.id}
      rowHref={(row) => `/webhooks/${row.id}`}
      empty={empty}
      columns={[
        column('Endpoint', (row) => (
          <>
            <span title={row.url} className="block max-w-44 truncate font-mono text-xs sm:max-w-80">
              {row.url}
            </span>
            {row.description && (
              <span className="block max-w-44 truncate text-xs font-normal text-muted-foreground sm:max-w-80">
                {row.description}
              </span>
            )}
          </>
        )),
        column('Status', (row) => <Status kind="endpoint" value={stateOf(row)} />),
        column(
          'Subscribed to',
          {
            from: 'md',
          },
          (row) => <span className="block max-w-72 truncate">{subscribedTo(row.types)}</span>,
        ),
        column('Waiting', { align: 'right', from: 'sm' }, (row) => row.waiting),
        timeColumn('Added', (row) => row.createdAt, { from: 'lg' }),
      ]}
    />
  )
}
