import type { PaymentView } from '@/lib/payments'
import { column, networkColumn, timeColumn } from '../columns'
import { DataTable } from '../data-table'
import { Section } from '../panel'
import { Status } from '../status'
import { TokenAmount } from './token-amount'

/** Refunds that this wallet is still owed. */
export function OwedTable({ refunds }: { refunds: readonly PaymentView.RefundRow[] }) {
  if (refunds.length === 0) return null
  return (
    <Section title="Pending refunds">
      <DataTable<PaymentView.RefundRow>
        caption="Refunds, oldest first"
        rows={refunds}
        rowKey={(row) => row.id}
        empty={null}
        columns={[
          column('Amount', (row) => <TokenAmount base={row.amountBase} token={row.token} className="font-medium" />),
          column('State', (row) => <Status kind="refund" value={row.status} />),
          networkColumn((row) => row.network, { from: 'sm' }),
          column('Reason', { from: 'md' }, (row) => (
            <span title={row.reason} className="block max-w-80 truncate">
              {row.reason}
            </span>
          )),
          timeColumn('Owed since', (row) => row.createdAt),
        ]}
      />
    </Section>
  )
}
