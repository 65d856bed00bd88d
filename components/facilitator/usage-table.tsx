import type { CallerUsageRow } from '@/lib/facilitator'
import { Amount } from '../amount'
import { DataTable, type Column } from '../data-table'
import { Empty } from '../empty'
import { Gas } from '../gas'
import { NetworkName } from '../network-name'

/** What each caller had settled, by day and network. */
export function UsageTable({ usage }: { usage: readonly CallerUsageRow[] }) {
  const columns: Column<CallerUsageRow>[] = [
    {
      key: 'caller',
      header: 'Caller',
      cell: ({ caller, day, network }) => (
        <div className="min-w-0">
          <p className="truncate font-medium">{caller}</p>
          <p className="text-xs text-muted-foreground sm:hidden">
            {day} · {network.name}
          </p>
        </div>
      ),
    },
    { key: 'day', header: 'Day (UTC)', from: 'sm', cell: ({ day }) => <span className="tabular-nums">{day}</span> },
    {
      key: 'network',
      header: 'Network',
      from: 'sm',
      cell: ({ network }) => <NetworkName network={network.network} name={network.name} />,
    },
    { key: 'count', header: 'Settled', align: 'right', cell: ({ settlements }) => settlements.toLocaleString('en') },
    { key: 'amount', header: 'Amount', align: 'right', from: 'md', cell: (row) => <Amount base={row.amountMicros} /> },
    {
      key: 'spent',
      header: 'Gas spent',
      align: 'right',
      from: 'md',
      cell: ({ spentBase, network }) => (
        <Gas wei={spentBase} symbol={network.gasSymbol} decimals={network.gasDecimals} />
      ),
    },
    {
      key: 'billed',
      header: (
        <span title="What counts against the caller’s cap: spent, and reserved for what is on its way.">Billed</span>
      ),
      align: 'right',
      cell: ({ billedBase, network }) => (
        <Gas wei={billedBase} symbol={network.gasSymbol} decimals={network.gasDecimals} />
      ),
    },
  ]
  return (
    <DataTable
      caption="Gas and amounts by caller, day and network, newest first"
      columns={columns}
      rows={usage}
      rowKey={({ caller, day, network }) => `${caller}|${day}|${network.network}`}
      className="rounded-none border-0 border-t"
      empty={
        <Empty title="Nobody had anything settled in the last week" className="py-8">
          An API key with the scope facilitate may use this server’s facilitator.
        </Empty>
      }
    />
  )
}
