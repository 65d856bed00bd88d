import type { ReactNode } from 'react'
import type { TransactionView } from '@/lib/execution'
import { Address } from '../address'
import { DataTable } from '../data-table'
import { transactionUrl } from '../explorer'
import { Gas } from '../gas'
import { Hash } from '../hash'
import { NetworkName } from '../network-name'
import { Status } from '../status'
import { Time } from '../time'

/** Transactions, one a row, each row its page. */
export function TransactionTable({
  transactions,
  empty,
}: {
  transactions: readonly TransactionView.TransactionListRow[]
  empty: ReactNode
}) {
  return (
    <DataTable
      caption="Transactions, newest first"
      rows={transactions}
      rowKey={(row) => row.id}
      rowHref={(row) => `/transactions/${row.id}`}
      empty={empty}
      columns={[
        {
          key: 'purpose',
          header: 'Purpose',
          cell: (row) => (
            <span className="inline-flex flex-wrap items-baseline gap-x-1.5">
              <span className="capitalize">{row.purpose}</span>
              {row.call && <code className="font-mono text-xs text-muted-foreground">{row.call}</code>}
            </span>
          ),
        },
        { key: 'status', header: 'State', cell: (row) => <Status kind="transaction" value={row.status} /> },
        {
          key: 'hash',
          header: 'Hash',
          from: 'md',
          cell: (row) =>
            row.hash ? (
              <Hash value={row.hash} label="transaction hash" {...transactionUrl(row.network, row.hash)} />
            ) : (
              <span className="text-muted-foreground">–</span>
            ),
        },
        {
          key: 'signer',
          header: 'Signer',
          from: 'lg',
          cell: (row) => <Address value={row.signer} label="signer address" />,
        },
        { key: 'nonce', header: 'Nonce', align: 'right', from: 'md', cell: (row) => row.nonce ?? '–' },
        {
          key: 'attempts',
          header: 'Attempts',
          align: 'right',
          from: 'lg',
          cell: (row) => row.attempts,
        },
        {
          key: 'fee',
          header: 'Fee paid',
          align: 'right',
          from: 'sm',
          cell: (row) =>
            row.feeWei ? (
              <Gas wei={row.feeWei} symbol={row.network.gasSymbol} decimals={row.network.gasDecimals} />
            ) : (
              '–'
            ),
        },
        {
          key: 'network',
          header: 'Network',
          from: 'xl',
          cell: (row) => <NetworkName network={row.network.network} name={row.network.name} />,
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
