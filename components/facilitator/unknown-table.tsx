import type { UnknownSettlement } from '@/lib/facilitator'
import { actionColumn, amountColumn, column, networkColumn } from '../columns'
import { DataTable, type Column } from '../data-table'
import { Empty } from '../empty'
import { Hash } from '../hash'
import type { Outcome } from '../outcome'
import { Status } from '../status'
import { Time } from '../time'
import { CheckButton } from './remote-facilitator-actions'

type Props = {
  unknowns: readonly UnknownSettlement[]
  editable: boolean
  check: (paymentId: string) => Promise<Outcome<string>>
}

/** Payments that were sent to a remote facilitator and whose outcome is not known from the chain yet. */
export function UnknownTable({ unknowns, editable, check }: Props) {
  const columns: Column<UnknownSettlement>[] = [
    column('Payment', ({ paymentId, facilitator, reason, status }) => (
      <div className="min-w-0">
        <Hash value={paymentId} label="payment id" href={`/payments/${paymentId}`} copy={false} />
        <p className="text-xs text-muted-foreground">with {facilitator}</p>
        <div className="my-1 sm:hidden">
          <Status kind="facilitatorCall" value={status} />
        </div>
        {reason && <p className="max-w-72 text-xs text-muted-foreground wrap-anywhere">{reason}</p>}
      </div>
    )),
    column('Reported', { from: 'sm' }, ({ status }) => <Status kind="facilitatorCall" value={status} />),
    amountColumn('Amount', (row) => row.amountBase, { align: 'right', from: 'sm' }),
    networkColumn(({ network }) => network, { from: 'md' }),
    column('Sent', { from: 'sm' }, ({ sentAt }) => <Time at={sentAt} />),
    column('Checks', { align: 'right', from: 'lg' }, ({ looks }) => looks),
    actionColumn(
      ({ paymentId }) =>
        editable && <CheckButton payment={paymentId.slice(0, 8)} check={check.bind(null, paymentId)} />,
    ),
  ]
  return (
    <DataTable
      caption="Payments with unknown outcome, oldest first"
      columns={columns}
      rows={unknowns}
      rowKey={({ paymentId }) => paymentId}
      className="rounded-none border-0 border-t"
      empty={
        <Empty title="Nothing is unknown" className="py-8">
          Every payment that was sent to another facilitator is on chain, or can no longer settle.
        </Empty>
      }
    />
  )
}
