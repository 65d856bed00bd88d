import type { ReactNode } from 'react'
import type { AlertView } from '@/lib/alerts'
import { column, timeColumn } from '../columns'
import { DataTable } from '../data-table'
import { duration } from '../duration'
import { AlertSubject } from './alert-subject'

/** Resolved alerts, newest first. */
export function AlertTable({ alerts, empty }: { alerts: readonly AlertView[]; empty: ReactNode }) {
  return (
    <DataTable<AlertView>
      caption="Resolved alerts, newest first"
      rows={alerts}
      rowKey={(row) => row.id}
      empty={empty}
      columns={[
        column('Alert', (row) => (
          <span className="block max-w-[34rem] min-w-40 wrap-anywhere whitespace-normal">
            <span className="font-medium">{row.title}.</span> {row.message}
          </span>
        )),
        column('About', { from: 'md' }, (row) => <AlertSubject subject={row.subject} />),
        column('Lasted', { align: 'right' }, (row) =>
          row.resolvedAt ? duration(new Date(row.resolvedAt).getTime() - new Date(row.openedAt).getTime()) : '–',
        ),
        timeColumn('Opened', (row) => row.openedAt, { from: 'sm' }),
      ]}
    />
  )
}
