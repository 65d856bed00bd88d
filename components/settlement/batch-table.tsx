import type { ReactNode } from 'react'
import type { BatchView } from '@/lib/settlement'
import { amountColumn, column, countColumn, networkColumn, timeColumn, transactionColumn } from '../columns'
import { DataTable } from '../data-table'
import { Gas } from '../gas'
import { Status } from '../status'

export const formWords = {
  aggregate: 'Together',
  single: 'Alone',
  raw: 'Signed by payer',
  svm: 'Signed by both',
  channels: 'Channels',
} as const

/** Settlement batches, each row linked to its page. */
export function BatchTable({ batches, empty }: { batches: readonly BatchView.BatchListRow[]; empty: ReactNode }) {
  return (
    <DataTable<BatchView.BatchListRow>
      caption="Settlement batches, newest first"
      rows={batches}
      rowKey={(row) => row.id}
      rowHref={(row) => `/settlements/${row.id}`}
      empty={empty}
      columns={[
        amountColumn('Amount', (row) => row.amountBase),
        column('State', (row) => <Status kind="batch" value={row.status} />),
        column('Settled', { align: 'right', from: 'sm' }, (row) => `${row.settledCount} of ${row.size}`),
        countColumn('Payments', (row) => row.payments, { from: 'md' }),
        column('Form', { from: 'md' }, (row) => formWords[row.form]),
        transactionColumn('Transaction', (row) => row.hash, { from: 'lg' }),
        column('Gas per payment', { align: 'right', from: 'md' }, (row) =>
          row.paidByPayer ? 'payer’s' : <Fee wei={row.feePerPaymentWei} network={row.network} />,
        ),
        column('Saved', { align: 'right', from: 'lg' }, (row) => <Fee wei={row.savedWei} network={row.network} />),
        networkColumn((row) => row.network, { from: 'xl' }),
        timeColumn('Time', (row) => row.createdAt),
      ]}
    />
  )
}

function Fee({ wei, network }: { wei: string | null; network: BatchView.BatchListRow['network'] }) {
  return wei === null ? '–' : <Gas wei={wei} symbol={network.gasSymbol} decimals={network.gasDecimals} />
}
