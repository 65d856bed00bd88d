import type { NetworkLabel } from '@/lib/chains'
import type { MonthGas, Month } from '@/lib/reports'
import { Amount } from '../amount'
import { column, countColumn, None } from '../columns'
import { DataTable } from '../data-table'
import { NetworkName } from '../network-name'
import { Section } from '../panel'
import { TokenMoney } from './token-money'

/** By the prices of their time. Fees without one are counted, not guessed. */
function Worth({ micros, unpriced, transactions }: MonthGas) {
  if (unpriced === transactions) return <None>No price known</None>
  return (
    <>
      <Amount base={micros} />
      {unpriced > 0 && (
        <span className="block text-xs text-muted-foreground">
          without {unpriced.toLocaleString('en')} of unknown price
        </span>
      )}
    </>
  )
}

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
          column('In dollars', { align: 'right' }, (row) => <Worth {...row} />),
        ]}
      />
    </Section>
  )
}
