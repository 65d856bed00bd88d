import type { ReactNode } from 'react'
import type { AlertView } from '@/lib/alerts'
import { DataTable } from '../data-table'
import { duration } from '../duration'
import { Time } from '../time'
import { AlertSubject } from './alert-subject'

/** Alerts that are over, newest first. */
export function AlertTable({ alerts, empty }: { alerts: readonly AlertView[]; empty: ReactNode }) {
  return (
    <DataTable
      caption="Resolved alerts, newest first"
      rows={alerts}
      rowKey={(row) => row.id}
      empty={empty}
      columns={[
        {
          key: 'what',
          header: 'Alert',
          cell: (row) => (
            <span className="block max-w-[34rem] min-w-40 wrap-anywhere whitespace-normal">
              <span className="font-medium">{row.title}.</span> {row.message}
            </span>
          ),
        },
        { key: 'subject', header: 'About', from: 'md', cell: (row) => <AlertSubject subject={row.subject} /> },
        {
          key: 'took',
          header: 'Lasted',
          align: 'right',
          cell: (row) =>
            row.resolvedAt ? duration(new Date(row.resolvedAt).getTime() - new Date(row.openedAt).getTime()) : '–',
        },
        {
          key: 'time',
          header: 'Opened',
          align: 'right',
          from: 'sm',
          cell: (row) => <Time at={row.openedAt} className="text-muted-foreground" />,
        },
      ]}
    />
  )
}
