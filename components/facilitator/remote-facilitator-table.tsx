import type { ReactNode } from 'react'
import type { FacilitatorTest, RemoteFacilitatorInput, RemoteFacilitatorView } from '@/lib/remote-facilitators'
import { actionColumn, column, countColumn } from '../columns'
import { DataTable, type Column } from '../data-table'
import { duration } from '../duration'
import { ActionSwitch } from '../form/action-button'
import type { Outcome } from '../outcome'
import { Status } from '../status'
import { Time } from '../time'
import { TestButton } from './remote-facilitator-actions'
import { RemoteFacilitatorDialog } from './remote-facilitator-dialog'

type Props = {
  facilitators: readonly RemoteFacilitatorView[]
  mayEdit: (merchantId: string) => boolean
  update: (id: string, input: RemoteFacilitatorInput) => Promise<Outcome<null>>
  setStatus: (id: string, enabled: boolean) => Promise<Outcome<null>>
  test: (id: string) => Promise<Outcome<FacilitatorTest>>
  empty: ReactNode
}

/** Remote facilitators with their figures of the last day. */
export function RemoteFacilitatorTable({ facilitators, mayEdit, update, setStatus, test, empty }: Props) {
  const columns: Column<RemoteFacilitatorView>[] = [
    column('Facilitator', (row) => (
      <div className="min-w-0">
        <p className="font-medium">{row.name}</p>
        <p title={row.url} className="max-w-44 truncate font-mono text-xs text-muted-foreground sm:max-w-60">
          {row.url}
        </p>
        <div className="mt-1 flex flex-col gap-1 sm:hidden">
          <State facilitator={row} />
          <p className="text-xs text-muted-foreground tabular-nums">{inShort(row)}</p>
        </div>
        <Trouble facilitator={row} />
      </div>
    )),
    column('State', { from: 'sm' }, (row) => <State facilitator={row} />),
    column('Success', { align: 'right', from: 'sm' }, ({ successShare }) => percent(successShare)),
    column(
      'p50 / p95',
      {
        align: 'right',
        from: 'md',
        className: 'whitespace-nowrap',
      },
      ({ p50Ms, p95Ms }) => `${milliseconds(p50Ms)} / ${milliseconds(p95Ms)}`,
    ),
    countColumn('Calls', ({ calls }) => calls, { from: 'md' }),
    column('Supports', { from: 'lg', className: 'whitespace-nowrap' }, ({ supports }) => (
      <span title={supports?.join('\n')} className="text-muted-foreground">
        {supports === null ? 'Not known' : `${supports.length} ${supports.length === 1 ? 'kind' : 'kinds'}`}
      </span>
    )),
    actionColumn(
      (row) =>
        mayEdit(row.merchantId) && (
          <span className="inline-flex items-center justify-end gap-2 max-sm:flex-wrap">
            <TestButton name={row.name} test={test.bind(null, row.id)} />
            <RemoteFacilitatorDialog
              initial={{
                name: row.name,
                url: row.url,
                auth: row.authKind,
                timeoutSeconds: String(row.timeoutMs / 1000),
              }}
              save={update.bind(null, row.id)}
            />
            <ActionSwitch
              label={`Send payments to ${row.name}`}
              enabled={row.enabled}
              setStatus={setStatus.bind(null, row.id)}
            />
          </span>
        ),
    ),
  ]
  return (
    <DataTable
      caption="Other facilitators"
      columns={columns}
      rows={facilitators}
      rowKey={({ id }) => id}
      empty={empty}
    />
  )
}

function State({ facilitator: { enabled, calls, state } }: { facilitator: RemoteFacilitatorView }) {
  if (!enabled) return <Status kind="endpoint" value="disabled" />
  return <Status kind="rpcEndpoint" value={calls === 0 && state === 'closed' ? 'untold' : state} />
}

function Trouble({ facilitator: { lastError, state } }: { facilitator: RemoteFacilitatorView }) {
  if (lastError === null) return null
  return (
    <p className={`max-w-md text-xs wrap-anywhere ${state === 'open' ? 'text-destructive' : 'text-muted-foreground'}`}>
      {lastError.message} · <Time at={lastError.at} />
    </p>
  )
}

function inShort({ successShare, p95Ms, calls }: RemoteFacilitatorView): string {
  return calls === 0 ? 'No calls in the last day' : `${percent(successShare)} of ${calls} · p95 ${milliseconds(p95Ms)}`
}

function milliseconds(ms: number | null): string {
  return ms === null ? '–' : duration(ms)
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(Math.floor(share * 1000) / 10).toString()} %`
}
