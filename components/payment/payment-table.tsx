import type { ReactNode } from 'react'
import type { PaymentView } from '@/lib/payments'
import { Amount } from '../amount'
import { column, None, timeColumn, walletColumn } from '../columns'
import { DataTable } from '../data-table'
import { ResourceName } from '../resource/method'
import { Status } from '../status'
import { stateOf } from './payment-state'
import { NetworkAndWire } from './network-and-wire'

type Props = { payments: readonly PaymentView.PaymentLine[]; caption: string; empty: ReactNode }

/** Payments, each row linked to its page. A session counts as one payment and links to its channel. */
export function PaymentTable({ payments, caption, empty }: Props) {
  return (
    <DataTable<PaymentView.PaymentLine>
      caption={caption}
      rows={payments}
      rowKey={(row) => row.id}
      rowHref={(row) => (row.kind === 'session' ? `/channels/${row.id}` : `/payments/${row.id}`)}
      empty={empty}
      columns={[
        column('Amount', (row) => (
          <>
            <Amount base={row.amountBase} decimals={row.token.decimals} symbol={row.token.symbol} />
            {row.kind === 'payment' && row.refundedBase !== '0' && (
              <span className="block text-xs font-normal text-muted-foreground">
                <Amount base={row.refundedBase} decimals={row.token.decimals} /> refunded
              </span>
            )}
            {row.kind === 'session' && (
              <span className="block text-xs font-normal text-muted-foreground">{vouchers(row.vouchers)}</span>
            )}
          </>
        )),
        column('Status', (row) =>
          row.kind === 'session' ? (
            <Status kind="channel" value={row.status} />
          ) : (
            <Status kind="payment" value={stateOf(row)} />
          ),
        ),
        column('Settlement', { from: 'sm' }, (row) => <Status kind="settlement" value={row.settlement} />),
        column('Resource', { from: 'md' }, ({ resource }) =>
          resource ? <ResourceName resource={resource} className="max-w-56" /> : <None>Facilitated</None>,
        ),
        walletColumn('Payer', (row) => row.payer, { from: 'lg' }),
        column('Network and wire', { from: 'sm' }, (row) => <NetworkAndWire network={row.network} wire={row.wire} />),
        timeColumn('Time', (row) => row.createdAt),
      ]}
    />
  )
}

function vouchers(count: string): string {
  return count === '1' ? '1 voucher' : `${Number(count).toLocaleString('en')} vouchers`
}
