import type { ReactNode } from 'react'
import type { PaymentView } from '@/lib/payments'
import { Address } from '../address'
import { Amount } from '../amount'
import { DataTable } from '../data-table'
import { Status } from '../status'
import { Time } from '../time'
import { NetworkAndWire } from './network-and-wire'

/** Payments, one a row, each row its page; a session is one of them, and its page is its channel’s. */
export function PaymentTable({
  payments,
  caption,
  empty,
}: {
  payments: readonly PaymentView.PaymentLine[]
  caption: string
  empty: ReactNode
}) {
  return (
    <DataTable
      caption={caption}
      rows={payments}
      rowKey={(row) => row.id}
      rowHref={(row) => (row.kind === 'session' ? `/channels/${row.id}` : `/payments/${row.id}`)}
      empty={empty}
      columns={[
        {
          key: 'amount',
          header: 'Amount',
          cell: (row) => (
            <>
              <Amount base={row.amountBase} decimals={row.token.decimals} symbol={row.token.symbol} />
              {row.kind === 'session' && (
                <span className="block text-xs font-normal text-muted-foreground">{vouchers(row.vouchers)}</span>
              )}
            </>
          ),
        },
        {
          key: 'status',
          header: 'Status',
          cell: (row) => <Status kind={row.kind === 'session' ? 'channel' : 'payment'} value={row.status} />,
        },
        {
          key: 'settlement',
          header: 'Settlement',
          from: 'sm',
          cell: (row) => <Status kind="settlement" value={row.settlement} />,
        },
        {
          key: 'resource',
          header: 'Resource',
          from: 'md',
          cell: ({ resource }) =>
            resource ? (
              <span title={resource.name} className="block max-w-56 truncate font-mono text-xs">
                <span className="text-muted-foreground">{resource.method}</span> {resource.path}
              </span>
            ) : (
              <span className="text-muted-foreground">Facilitated</span>
            ),
        },
        {
          key: 'payer',
          header: 'Payer',
          from: 'lg',
          cell: (row) => <Address value={row.payer} label="payer address" />,
        },
        {
          key: 'network',
          header: 'Network and wire',
          from: 'sm',
          cell: (row) => <NetworkAndWire network={row.network} wire={row.wire} />,
        },
        {
          key: 'time',
          header: 'Time',
          align: 'right',
          cell: (row) => <Time at={row.createdAt} className="text-muted-foreground" />,
        },
      ]}
    />
  )
}

function vouchers(count: string): string {
  return count === '1' ? '1 voucher' : `${Number(count).toLocaleString('en')} vouchers`
}
