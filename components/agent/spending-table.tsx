import type { ReactNode } from 'react'
import type { PaymentView } from '@/lib/payments'
import { transactionUrl } from '../explorer'
import { column, None, timeColumn, walletColumn } from '../columns'
import { DataTable } from '../data-table'
import { Hash } from '../hash'
import { stateOf } from '../payment/payment-state'
import { NetworkAndWire } from '../payment/network-and-wire'
import { Status } from '../status'
import { TokenAmount } from './token-amount'

type Props = {
  payments: readonly PaymentView.PaymentLine[]
  /** The seller's name by resource id. */
  sellers: Readonly<Record<string, string>>
  /** Whether rows may be of different wallets. */
  hasWallets: boolean
  empty: ReactNode
}

/** Payments of a person's wallets, one in each row. A session counts as one payment. */
export function SpendingTable({ payments, sellers, hasWallets, empty }: Props) {
  return (
    <DataTable<PaymentView.PaymentLine>
      caption="Payments, newest first"
      rows={payments}
      rowKey={(row) => row.id}
      rowHref={(row) => (row.kind === 'payment' ? `/me/payments/${row.id}` : undefined)}
      empty={empty}
      columns={[
        column('Amount', (row) => (
          <>
            <TokenAmount base={row.amountBase} token={row.token} className="font-medium" />
            {row.resource && (
              <span className="block max-w-28 truncate font-mono text-xs text-muted-foreground sm:hidden">
                {row.resource.path}
              </span>
            )}
            {row.kind === 'payment' && row.refundedBase !== '0' && (
              <span className="block text-xs text-muted-foreground">
                <TokenAmount base={row.refundedBase} token={row.token} /> back
              </span>
            )}
            {row.kind === 'session' && (
              <span className="block text-xs text-muted-foreground">
                {row.vouchers === '1' ? '1 voucher' : `${Number(row.vouchers).toLocaleString('en')} vouchers`}
              </span>
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
        column('Settlement', { from: 'md' }, (row) => <Status kind="settlement" value={row.settlement} />),
        column('For', { from: 'sm' }, ({ resource }) =>
          resource ? (
            <>
              <span className="block max-w-52 truncate">{sellers[resource.id] ?? resource.name}</span>
              <span title={resource.name} className="block max-w-52 truncate font-mono text-xs text-muted-foreground">
                {resource.method} {resource.path}
              </span>
            </>
          ) : (
            <span className="text-muted-foreground">Sold elsewhere, settled here</span>
          ),
        ),
        ...(hasWallets ? [walletColumn<PaymentView.PaymentLine>('Wallet', (row) => row.payer, { from: 'md' })] : []),
        column('Network and wire', { from: 'lg' }, (row) => <NetworkAndWire network={row.network} wire={row.wire} />),
        column('Transfer', { from: 'md' }, (row) =>
          row.kind === 'payment' && row.txHash !== null ? (
            <Hash value={row.txHash} label="transaction hash" {...transactionUrl(row.network, row.txHash)} />
          ) : (
            <None />
          ),
        ),
        timeColumn('Time', (row) => row.createdAt),
      ]}
    />
  )
}
