import { Rail } from '@/lib/money'
import type { ReactNode } from 'react'
import { column } from '../columns'
import { DataTable } from '../data-table'
import { NetworkName } from '../network-name'
import type { ShownFigures } from './month-table'
import { TokenMoney } from './token-money'

export type FigureRow = ShownFigures & {
  key: string
  /** The resource or payer; left out where the rows are tokens. */
  subject?: ReactNode
  /** The journal of the row, without its account and side. */
  journalHref: string
}

/** Gross, refunds, net and received; each figure opens the journal's entries that it sums. */
export function FigureTable({
  rows,
  subject,
  empty,
}: {
  rows: readonly FigureRow[]
  subject?: string
  empty: ReactNode
}) {
  const entries = (row: FigureRow, account: string, side?: string) =>
    `${row.journalHref}&account=${account}${side ? `&side=${side}` : ''}`
  return (
    <DataTable<FigureRow>
      caption={subject ? `Figures by ${subject.toLowerCase()}` : 'Figures by token'}
      rows={rows}
      rowKey={({ key }) => key}
      empty={empty}
      columns={[
        subject !== undefined && column(subject, (row) => row.subject),
        column('Network', subject === undefined ? {} : { from: 'md' }, (row) => (
          <NetworkName network={row.network} name={row.networkName} />
        )),
        column('Gross', { align: 'right', from: 'sm' }, (row) => (
          <TokenMoney base={row.grossBase} token={row.token} href={entries(row, 'revenue', 'credit')} label="Gross" />
        )),
        column('Refunds', { align: 'right', from: 'sm' }, (row) => (
          <TokenMoney
            base={row.refundsBase}
            token={row.token}
            href={entries(row, 'revenue', 'debit')}
            label="Refunds"
          />
        )),
        column('Net', { align: 'right' }, (row) => (
          <TokenMoney base={row.netBase} token={row.token} href={entries(row, 'revenue')} label="Net" />
        )),
        column('Received', { align: 'right', from: 'md' }, (row) => (
          <TokenMoney
            base={row.receivedBase}
            token={row.token}
            href={entries(row, Rail.kindOf(row.network) ? 'clearing' : 'cash')}
            label="Received"
          />
        )),
      ]}
    />
  )
}
