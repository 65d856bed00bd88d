import type { ReactNode } from 'react'
import type { TransactionView } from '@/lib/execution'
import { column, networkColumn, timeColumn, transactionColumn, walletColumn } from '../columns'
import { DataTable } from '../data-table'
import { Gas } from '../gas'
import { Status } from '../status'

type Props = { transactions: readonly TransactionView.TransactionListRow[]; empty: ReactNode }

/** Transactions, each row linked to its page. */
export function TransactionTable({ transactions, empty }: Props) {
  return (
    <DataTable<TransactionView.TransactionListRow>
      caption="Transactions, newest first"
      rows={transactions}
      rowKey={(row) => row.id}
      rowHref={(row) => `/transactions/${row.id}`}
      empty={empty}
      columns={[
        column('Purpose', (row) => (
          <span className="inline-flex flex-wrap items-baseline gap-x-1.5">
            <span className="capitalize">{row.purpose}</span>
            {row.call && <code className="font-mono text-xs text-muted-foreground">{row.call}</code>}
          </span>
        )),
        column('State', (row) => <Status kind="transaction" value={row.status} />),
        transactionColumn('Hash', (row) => row.hash, { from: 'md' }),
        walletColumn('Signer', (row) => row.signer, { from: 'lg' }),
        column('Nonce', { align: 'right', from: 'md' }, (row) => row.nonce ?? '–'),
        column('Attempts', { align: 'right', from: 'lg' }, (row) => row.attempts),
        column('Fee paid', { align: 'right', from: 'sm' }, (row) =>
          row.feeWei ? <Gas wei={row.feeWei} symbol={row.network.gasSymbol} decimals={row.network.gasDecimals} /> : '–',
        ),
        networkColumn((row) => row.network, { from: 'xl' }),
        timeColumn('Time', (row) => row.createdAt),
      ]}
    />
  )
}
