import type { ReactNode } from 'react'
import type { WebhookEndpointView } from '@/lib/webhooks'
import { DataTable } from '../data-table'
import { Status } from '../status'
import { Time } from '../time'
import { stateOf, subscribedTo } from './subscribed-to'

/** Endpoints, one a row, each row its page. */
export function EndpointTable({ endpoints, empty }: { endpoints: readonly WebhookEndpointView[]; empty: ReactNode }) {
  return (
    <DataTable
      caption="Endpoints, newest first"
      rows={endpoints}
      rowKey={(row) => row.id}
      rowHref={(row) => `/webhooks/${row.id}`}
      empty={empty}
      columns={[
        {
          key: 'url',
          header: 'Endpoint',
          cell: (row) => (
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
          ),
        },
        { key: 'status', header: 'Status', cell: (row) => <Status kind="endpoint" value={stateOf(row)} /> },
        {
          key: 'types',
          header: 'Told of',
          from: 'md',
          cell: (row) => <span className="block max-w-72 truncate">{subscribedTo(row.types)}</span>,
        },
        { key: 'waiting', header: 'Waiting', align: 'right', from: 'sm', cell: (row) => row.waiting },
        {
          key: 'created',
          header: 'Added',
          align: 'right',
          from: 'lg',
          cell: (row) => <Time at={row.createdAt} className="text-muted-foreground" />,
        },
      ]}
    />
  )
}
