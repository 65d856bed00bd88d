import type { Figures, MonthLine } from '@/lib/reports'
import type { ReactNode } from 'react'
import { column } from '../columns'
import { DataTable } from '../data-table'
import { NetworkName } from '../network-name'
import { MonthStatus } from './month-status'
import { TokenMoney, type ShownToken } from './token-money'

export type ShownFigures = Figures.MonthFigures & {
  network: string
  networkName: string
  token: ShownToken
  netBase: bigint
}
export type ShownMonth = Omit<MonthLine, 'figures'> & {
  name: string
  isRunning: boolean
  figures: readonly ShownFigures[]
}

/** Months, newest first: what each sold, token by token. */
export function MonthTable({ months, empty }: { months: readonly ShownMonth[]; empty: ReactNode }) {
  return (
    <DataTable<ShownMonth>
      caption="Months, newest first"
      rows={months}
      rowKey={({ month }) => month}
      rowHref={({ month }) => `/reports/${month}`}
      empty={empty}
      columns={[
        column('Month', ({ name }) => name),
        column('State', (row) => <MonthStatus {...row} />),
        column('Gross', { align: 'right', from: 'md' }, (row) => (
          <Lines of={row} base={({ grossBase }) => grossBase} />
        )),
        column('Refunds', { align: 'right', from: 'md' }, (row) => (
          <Lines of={row} base={({ refundsBase }) => refundsBase} />
        )),
        column('Net', { align: 'right' }, (row) => <Lines of={row} base={({ netBase }) => netBase} />),
        column('Network', { from: 'lg' }, ({ figures }) => (
          <span className="flex flex-col">
            {figures.map(({ network, networkName, asset }) => (
              <NetworkName key={`${network}${asset}`} network={network} name={networkName} />
            ))}
          </span>
        )),
      ]}
    />
  )
}

function Lines({ of: { figures }, base }: { of: ShownMonth; base: (figures: ShownFigures) => bigint }) {
  return (
    <span className="flex flex-col items-end">
      {figures.map((one) => (
        <TokenMoney key={`${one.network}${one.asset}`} base={base(one)} token={one.token} />
      ))}
    </span>
  )
}
