import type { ReactNode } from 'react'
import type { BatchView } from '@/lib/settlement'
import { Amount } from '../amount'
import { DataTable } from '../data-table'
import { transactionUrl } from '../explorer'
import { Gas } from '../gas'
import { Hash } from '../hash'
import { NetworkName } from '../network-name'
import { Status } from '../status'
import { Time } from '../time'

export const formWords = {
  aggregate: 'Together',
  single: 'Alone',
  raw: 'Signed by payer',
  svm: 'Signed by both',
  channels: 'Channels',
} as const

/** Settlement batches, one a row, each row its page. */
export function BatchTable({ batches, empty }: { batches: readonly BatchView.BatchListRow[]; empty: ReactNode }) {
  return (
    <DataTable
      caption="Settlement batches, newest first"
      rows={batches}
      rowKey={(row) => row.id}
      rowHref={(row) => `/settlements/${row.id}`}
      empty={empty}
      columns={[
        {
          key: 'amount',
          header: 'Amount',
          cell: (row) => <Amount base={row.amountBase} decimals={row.token.decimals} symbol={row.token.symbol} />,
        },
        { key: 'status', header: 'State', cell: (row) => <Status kind="batch" value={row.status} /> },
        {
          key: 'settled',
          header: 'Settled',
          align: 'right',
          from: 'sm',
          cell: (row) => `${row.settledCount} of ${row.size}`,
        },
        {
          key: 'payments',
          header: 'Payments',
          align: 'right',
          from: 'md',
          cell: (row) => row.payments.toLocaleString('en'),
        },
        { key: 'form', header: 'Form', from: 'md', cell: (row) => formWords[row.form] },
        {
          key: 'hash',
          header: 'Transaction',
          from: 'lg',
          cell: (row) =>
            row.hash ? (
              <Hash value={row.hash} label="transaction hash" {...transactionUrl(row.network, row.hash)} />
            ) : (
              <span className="text-muted-foreground">–</span>
            ),
        },
        {
          key: 'fee',
          header: 'Gas per payment',
          align: 'right',
          from: 'md',
          cell: (row) => (row.paidByPayer ? 'payer’s' : <Fee wei={row.feePerPaymentWei} network={row.network} />),
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

function Fee({ wei, network }: { wei: string | null; network: BatchView.BatchListRow['network'] }) {
  return wei === null ? '–' : <Gas wei={wei} symbol={network.gasSymbol} decimals={network.gasDecimals} />
}
