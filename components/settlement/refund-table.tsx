import type { PaymentView } from '@/lib/payments'
import { Address } from '../address'
import { amountColumn, column, timeColumn } from '../columns'
import { DataTable } from '../data-table'
import { Empty } from '../empty'
import { Status } from '../status'

/** Refunds to agents, open and paid, each row linked to its payment. */
export function RefundTable({ refunds }: { refunds: readonly PaymentView.RefundRow[] }) {
  return (
    <DataTable<PaymentView.RefundRow>
      caption="Refunds, newest first"
      rows={refunds}
      rowKey={(row) => row.id}
      rowHref={(row) => `/payments/${row.paymentId}#refund`}
      empty={
        <Empty title="No refunds" className="py-8">
          If money moved and no answer was delivered, the payer gets a refund. Refunds are listed here.
        </Empty>
      }
      columns={[
        amountColumn('Amount', (row) => row.amountBase),
        column('State', (row) => <Status kind="refund" value={row.status} />),
        column('To', { from: 'sm' }, (row) => <Address value={row.to} label="refunded address" />),
        column('Reason', { from: 'md' }, (row) => (
          <span title={row.heldReason ?? row.reason} className="block max-w-80 truncate">
            {row.heldReason ?? row.reason}
          </span>
        )),
        timeColumn('Owed since', (row) => row.createdAt),
      ]}
    />
  )
}
