import type { ReactNode } from 'react'
import type { PaymentView } from '@/lib/payments'
import { Address } from '../address'
import { amountColumn, column, None, timeColumn } from '../columns'
import { DataTable } from '../data-table'
import { Status } from '../status'

/** Refunds to agents, open and paid, each row linked to its payment. */
export function RefundTable({ refunds, empty }: { refunds: readonly PaymentView.RefundRow[]; empty: ReactNode }) {
  return (
    <DataTable<PaymentView.RefundRow>
      caption="Refunds, newest first"
      rows={refunds}
      rowKey={(row) => row.id}
      rowHref={(row) => `/payments/${row.paymentId}#refund`}
      empty={empty}
      columns={[
        amountColumn('Amount', (row) => row.amountBase),
        column('State', (row) => <Status kind="refund" value={row.status} />),
        column('To', { from: 'sm' }, (row) => <Address value={row.to} label="refunded address" />),
        column('Requested', { from: 'lg' }, (row) =>
          row.kind === 'engine' ? <None>Owed</None> : 'By a person or key',
        ),
        column('Reason', { from: 'md' }, (row) => (
          <span title={row.heldReason ?? row.reason} className="block max-w-80 truncate">
            {row.heldReason ?? row.reason}
          </span>
        )),
        timeColumn('Since', (row) => row.createdAt),
      ]}
    />
  )
}
