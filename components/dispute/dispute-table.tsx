import type { ReactNode } from 'react'
import type { DisputeView } from '@/lib/rails'
import { amountColumn, column, None, timeColumn } from '../columns'
import { DataTable } from '../data-table'
import { Status } from '../status'
import { Time } from '../time'
import { reasonOf } from './reason'

/** Disputes, open and closed, each row linked to its payment. */
export function DisputeTable({ disputes, empty }: { disputes: readonly DisputeView.DisputeRow[]; empty: ReactNode }) {
  return (
    <DataTable<DisputeView.DisputeRow>
      caption="Disputes, newest first"
      rows={disputes}
      rowKey={(row) => row.id}
      rowHref={(row) => `/payments/${row.paymentId}#dispute`}
      empty={empty}
      columns={[
        amountColumn('Amount', (row) => row.amountBase),
        column('State', (row) => <Status kind="dispute" value={row.status} />),
        column('Reason', { from: 'sm' }, (row) => reasonOf(row.reason)),
        column('Answer by', (row) =>
          row.closedAt === null && row.submittedAt === null && row.dueBy !== null ? (
            <Time at={row.dueBy} />
          ) : (
            <None>{row.submittedAt === null ? '–' : 'Answered'}</None>
          ),
        ),
        timeColumn('Opened', (row) => row.openedAt, { from: 'md' }),
      ]}
    />
  )
}
