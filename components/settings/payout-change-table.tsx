import type { PayoutChangeRow } from '@/lib/merchants'
import { column, timeColumn, walletColumn } from '../columns'
import { DataTable } from '../data-table'
import { Status } from '../status'
import { PayoutList } from './payout-list'

type Props = { changes: readonly PayoutChangeRow[]; nameOf: (network: string) => string }

/** Every signed change of payouts, newest first. */
export function PayoutChangeTable({ changes, nameOf }: Props) {
  return (
    <DataTable
      caption="Changes of payouts"
      rows={changes}
      rowKey={({ id }) => id}
      empty={<p className="p-4 text-muted-foreground">The payouts have not been changed yet.</p>}
      columns={[
        column<PayoutChangeRow>('Payouts', ({ after }) => <PayoutList payouts={after.payouts} nameOf={nameOf} />),
        column<PayoutChangeRow>('Status', ({ state }) => <Status kind="payoutChange" value={state} />),
        walletColumn<PayoutChangeRow>('Signed by', ({ requestedBy }) => requestedBy, { from: 'md' }),
        timeColumn<PayoutChangeRow>('Signed', ({ requestedAt }) => requestedAt, { from: 'sm' }),
      ]}
    />
  )
}
