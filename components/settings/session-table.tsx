import type { SessionRow } from '@/lib/auth'
import { actionColumn, column, timeColumn } from '../columns'
import { DataTable } from '../data-table'
import type { Outcome } from '../outcome'
import { Badge } from '../ui/badge'
import { EndSession } from './end-session'

type Props = { sessions: readonly SessionRow[]; end: (id: string | null) => Promise<Outcome<number>> }

/** The open sessions of a wallet, the current one first. */
export function SessionTable({ sessions, end }: Props) {
  return (
    <DataTable
      caption="Sessions"
      rows={sessions}
      rowKey={({ id }) => id}
      empty={null}
      columns={[
        column<SessionRow>('Device', ({ device, isCurrent }) => (
          <span className="flex items-center gap-2">
            {device || 'Unknown browser'} {isCurrent && <Badge tone="outline">This one</Badge>}
          </span>
        )),
        column<SessionRow>('Shop', { from: 'sm' }, ({ merchantName }) => merchantName),
        timeColumn<SessionRow>('Signed in', ({ createdAt }) => createdAt, { from: 'md' }),
        timeColumn<SessionRow>('Last used', ({ lastSeenAt }) => lastSeenAt),
        actionColumn<SessionRow>(
          ({ id, isCurrent }) => !isCurrent && <EndSession label="Sign out" end={end.bind(null, id)} />,
        ),
      ]}
    />
  )
}
