import type { NetworkLabel } from '@/lib/chains'
import type { MonthGas, Month } from '@/lib/reports'
import { column, countColumn } from '../columns'
import { DataTable } from '../data-table'
import { NetworkName } from '../network-name'
import { Section } from '../panel'
import { TokenMoney } from './token-money'

type Props = { month: Month.Month; rows: readonly MonthGas[]; label: (network: string) => NetworkLabel }

/** Fees of a month by network; each opens the batches that it sums. */
export function GasTable({ month, rows, label }: Props) {
  const lastDay = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).toISOString().slice(0, 10)
  if (rows.length === 0) return null
  return (
    <Section
      title="Gas"
      description="What this server paid for your settlements and refunds: your share of each batch that was created in the month."
      className="mt-8"
    >
      <DataTable<MonthGas>
        caption="Gas by network"
        rows={rows}
        rowKey={({ network }) => network}
        empty={null}
        columns={[
          column('Network', ({ network }) => <NetworkName network={network} name={label(network).name} />),
          countColumn('Transactions', ({ transactions }) => transactions),
          column('Gas', { align: 'right' }, ({ network, feeBase }) => (
            <TokenMoney
              base={feeBase}
              token={{ symbol: label(network).gasSymbol, decimals: label(network).gasDecimals }}
              href={`/settlements?network=${encodeURIComponent(network)}&from=${month}-01&to=${lastDay}`}
              label="Gas"
            />
          )),
        ]}
      />
    </Section>
  )
}
