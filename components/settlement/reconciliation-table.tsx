import { CircleAlert, CircleCheck } from 'lucide-react'
import type { BatchView } from '@/lib/settlement'
import { Address } from '../address'
import { Amount } from '../amount'
import { amountColumn, column, countColumn, networkColumn, timeColumn } from '../columns'
import { DataTable } from '../data-table'
import { Empty } from '../empty'
import { addressUrl } from '../explorer'
import { Badge } from '../ui/badge'

/** Ledger and chain compared, one row for each pay-to address. */
export function ReconciliationTable({ rows }: { rows: readonly BatchView.ReconciliationView[] }) {
  return (
    <DataTable<BatchView.ReconciliationView>
      caption="Books against chain"
      rows={rows}
      rowKey={(row) => `${row.network.network}|${row.token.address}|${row.address}`}
      empty={
        <Empty title="Not compared yet" className="py-8">
          After the first settlement, each pay-to address is compared with the chain regularly.
        </Empty>
      }
      columns={[
        column('Pay-to address', (row) => (
          <Address value={row.address} label="pay-to address" {...addressUrl(row.network, row.address)} />
        )),
        column('Difference', (row) =>
          row.differenceBase === '0' ? (
            <Badge tone="success">
              <CircleCheck aria-hidden /> Agrees
            </Badge>
          ) : (
            <Badge tone="danger">
              <CircleAlert aria-hidden /> <Amount base={row.differenceBase} decimals={row.token.decimals} />
            </Badge>
          ),
        ),
        amountColumn('Booked', (row) => row.ledgerBase, { align: 'right', from: 'sm' }),
        amountColumn('On chain', (row) => row.chainBase, { align: 'right', from: 'sm' }),
        amountColumn('Held before', (row) => row.openingBase, { align: 'right', from: 'lg' }),
        networkColumn((row) => row.network, { from: 'md' }),
        countColumn('At block', (row) => row.blockNumber, { from: 'lg' }),
        timeColumn('Compared', (row) => row.at),
      ]}
    />
  )
}
