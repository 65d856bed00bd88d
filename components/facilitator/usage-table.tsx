import type { CallerUsageRow } from '@/lib/facilitator'
import { Amount } from '../amount'
import { column, countColumn, networkColumn } from '../columns'
import { DataTable, type Column } from '../data-table'
import { Empty } from '../empty'
import { Gas } from '../gas'

/** Settlements by caller, day and network. */
export function UsageTable({ usage }: { usage: readonly CallerUsageRow[] }) {
  const columns: Column<CallerUsageRow>[] = [
    column('Caller', ({ caller, day, network }) => (
      <div className="min-w-0">
        <p className="truncate font-medium">{caller}</p>
        <p className="text-xs text-muted-foreground sm:hidden">
          {day} · {network.name}
        </p>
      </div>
    )),
    column('Day (UTC)', { from: 'sm' }, ({ day }) => <span className="tabular-nums">{day}</span>),
    networkColumn(({ network }) => network, { from: 'sm' }),
    countColumn('Settled', ({ settlements }) => settlements),
    column('Amount', { align: 'right', from: 'md' }, (row) => <Amount base={row.amountMicros} />),
    column('Gas spent', { align: 'right', from: 'md' }, ({ spentBase, network }) => (
      <Gas wei={spentBase} symbol={network.gasSymbol} decimals={network.gasDecimals} />
    )),
    column(
      <span title="Counts against the caller’s cap: gas spent, and gas reserved for pending transactions.">
        Billed
      </span>,
      { align: 'right' },
      ({ billedBase, network }) => <Gas wei={billedBase} symbol={network.gasSymbol} decimals={network.gasDecimals} />,
    ),
  ]
  return (
    <DataTable
      caption="Gas and amounts by caller, day and network, newest first"
      columns={columns}
      rows={usage}
      rowKey={({ caller, day, network }) => `${caller}|${day}|${network.network}`}
      className="rounded-none border-0 border-t"
      empty={
        <Empty title="No settlements in the last week" className="py-8">
          An API key with the scope facilitate may use this server’s facilitator.
        </Empty>
      }
    />
  )
}
