import type { PaymentView } from '@/lib/payments'
import { column, networkColumn, timeColumn, walletColumn } from '../columns'
import { DataTable } from '../data-table'
import { Section } from '../panel'
import { Status } from '../status'
import { TokenAmount } from './token-amount'

type Props = {
  refunds: readonly PaymentView.RefundRow[]
  /** Whether rows may be of different wallets. */
  hasWallets: boolean
}

/** Refunds that a person's wallets are still owed. */
export function OwedTable({ refunds, hasWallets }: Props) {
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
          ...(hasWallets ? [walletColumn<PaymentView.RefundRow>('Wallet', (row) => row.to)] : []),
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
