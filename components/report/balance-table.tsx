import type { Journal } from '@/lib/reports'
import { Address } from '../address'
import { column } from '../columns'
import { DataTable } from '../data-table'
import { NetworkName } from '../network-name'
import { TokenMoney, type ShownToken } from './token-money'

export type BalanceRow = Journal.AccountBalance & {
  /** "Tokens at your pay-to addresses" */
  className: string
  address: string | null
  networkName: string
  token: ShownToken
  closingBase: bigint
  journalHref: string
}

/** Every account of the month: what it began with, what moved, and what it ended with. */
export function BalanceTable({ rows }: { rows: readonly BalanceRow[] }) {
  return (
    <DataTable<BalanceRow>
      caption="Accounts of the month"
      rows={rows}
      rowKey={(row) => `${row.account}|${row.network}|${row.asset}`}
      empty={<p className="px-4 py-6 text-center text-muted-foreground">No entries.</p>}
      columns={[
        column('Account', (row) => (
          <span className="flex flex-col items-start">
            <span className="max-sm:max-w-40 max-sm:whitespace-normal">{row.className}</span>
            {row.address !== null && <Address value={row.address} label="account address" />}
          </span>
        )),
        column('Network', { from: 'lg' }, (row) => <NetworkName network={row.network} name={row.networkName} />),
        column('Opening', { align: 'right', from: 'sm' }, (row) => (
          <TokenMoney base={row.openingBase} token={row.token} />
        )),
        column('Debit', { align: 'right', from: 'md' }, (row) => (
          <TokenMoney base={row.debitBase} token={row.token} href={`${row.journalHref}&side=debit`} label="Debit" />
        )),
        column('Credit', { align: 'right', from: 'md' }, (row) => (
          <TokenMoney base={row.creditBase} token={row.token} href={`${row.journalHref}&side=credit`} label="Credit" />
        )),
        column('Closing', { align: 'right' }, (row) => <TokenMoney base={row.closingBase} token={row.token} />),
      ]}
    />
  )
}
