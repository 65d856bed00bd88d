import type { PaymentView } from '@/lib/payments'
import { Address } from '../address'
import { Amount } from '../amount'
import { DataTable } from '../data-table'
import { Empty } from '../empty'
import { Status } from '../status'
import { Time } from '../time'

/** What is, or was, owed back to agents; each row leads to its payment. */
export function RefundTable({ refunds }: { refunds: readonly PaymentView.RefundRow[] }) {
  return (
    <DataTable
      caption="Refunds, newest first"
      rows={refunds}
      rowKey={(row) => row.id}
      rowHref={(row) => `/payments/${row.paymentId}#refund`}
      empty={
        <Empty title="No refunds" className="py-8">
          Money that moved without an answer goes back to its payer; such refunds stand here.
        </Empty>
      }
      columns={[
        {
          key: 'amount',
          header: 'Amount',
          cell: (row) => <Amount base={row.amountBase} decimals={row.token.decimals} symbol={row.token.symbol} />,
        },
        { key: 'status', header: 'State', cell: (row) => <Status kind="refund" value={row.status} /> },
        { key: 'to', header: 'To', from: 'sm', cell: (row) => <Address value={row.to} label="refunded address" /> },
        {
          key: 'reason',
          header: 'Reason',
          from: 'md',
          cell: (row) => (
            <span title={row.heldReason ?? row.reason} className="block max-w-80 truncate">
              {row.heldReason ?? row.reason}
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
  )
}
