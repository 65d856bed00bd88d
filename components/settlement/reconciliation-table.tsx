import { CircleAlert, CircleCheck } from 'lucide-react'
import type { BatchView } from '@/lib/settlement'
import { Address } from '../address'
import { Amount } from '../amount'
import { DataTable } from '../data-table'
import { Empty } from '../empty'
import { addressUrl } from '../explorer'
import { NetworkName } from '../network-name'
import { Time } from '../time'
import { Badge } from '../ui/badge'

/** Books against chain, one line for each pay-to address. */
export function ReconciliationTable({ rows }: { rows: readonly BatchView.ReconciliationView[] }) {
  return (
    <DataTable
      caption="Books against chain"
      rows={rows}
      rowKey={(row) => `${row.network.network}|${row.token.address}|${row.address}`}
      empty={
        <Empty title="Not compared yet" className="py-8">
          After the first settlement, each pay-to address is compared with the chain again and again.
        </Empty>
      }
      columns={[
        {
          key: 'address',
          header: 'Pay-to address',
          cell: (row) => (
            <Address value={row.address} label="pay-to address" {...addressUrl(row.network, row.address)} />
          ),
        },
        {
          key: 'difference',
          header: 'Difference',
          cell: (row) =>
            row.differenceBase === '0' ? (
              <Badge tone="success">
                <CircleCheck aria-hidden /> Agrees
              </Badge>
            ) : (
              <Badge tone="danger">
                <CircleAlert aria-hidden /> <Amount base={row.differenceBase} decimals={row.token.decimals} />
              </Badge>
            ),
        },
        {
          key: 'ledger',
          header: 'Booked',
          align: 'right',
          from: 'sm',
          cell: (row) => <Amount base={row.ledgerBase} decimals={row.token.decimals} symbol={row.token.symbol} />,
        },
        {
          key: 'chain',
          header: 'On chain',
          align: 'right',
          from: 'sm',
          cell: (row) => <Amount base={row.chainBase} decimals={row.token.decimals} symbol={row.token.symbol} />,
        },
        {
          key: 'opening',
          header: 'Held before',
          align: 'right',
          from: 'lg',
          cell: (row) => <Amount base={row.openingBase} decimals={row.token.decimals} symbol={row.token.symbol} />,
        },
        {
          key: 'network',
          header: 'Network',
          from: 'md',
          cell: (row) => <NetworkName network={row.network.network} name={row.network.name} />,
        },
        {
          key: 'block',
          header: 'At block',
          align: 'right',
          from: 'lg',
          cell: (row) => Number(row.blockNumber).toLocaleString('en'),
        },
        {
          key: 'time',
          header: 'Compared',
          align: 'right',
          cell: (row) => <Time at={row.at} className="text-muted-foreground" />,
        },
      ]}
    />
  )
}
