import type { PaymentView } from '@/lib/payments'
import { DataTable } from '../data-table'
import { NetworkName } from '../network-name'
import { Status } from '../status'
import { Time } from '../time'
import { TokenAmount } from './token-amount'

/** What is still to come back to this wallet. */
export function OwedTable({ refunds }: { refunds: readonly PaymentView.RefundRow[] }) {
  if (refunds.length === 0) return null
  return (
    <section aria-labelledby="owed-title">
      <h2 id="owed-title" className="mb-3 text-sm font-semibold">
        Refunds on their way
      </h2>
      <DataTable
        caption="Refunds, oldest first"
        rows={refunds}
        rowKey={(row) => row.id}
        empty={null}
        columns={[
          {
            key: 'amount',
            header: 'Amount',
            cell: (row) => <TokenAmount base={row.amountBase} token={row.token} className="font-medium" />,
          },
          { key: 'status', header: 'State', cell: (row) => <Status kind="refund" value={row.status} /> },
          {
            key: 'network',
            header: 'Network',
            from: 'sm',
            cell: (row) => <NetworkName network={row.network.network} name={row.network.name} />,
          },
          {
            key: 'reason',
            header: 'Reason',
            from: 'md',
            cell: (row) => (
              <span title={row.reason} className="block max-w-80 truncate">
                {row.reason}
              </span>
            ),
          },
          {
            key: 'time',
            header: 'Owed since',
            align: 'right',
            cell: (row) => <Time at={row.createdAt} className="text-muted-foreground" />,
          },
        ]}
      />
    </section>
  )
}
