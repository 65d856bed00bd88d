import Link from 'next/link'
import type { ReactNode } from 'react'
import { column } from '../columns'
import { DataTable } from '../data-table'
import { Time } from '../time'
import { TokenMoney, type ShownToken } from './token-money'

/** A journal entry as plain data. */
export type EntryRow = {
  id: string
  at: string
  text: string
  debit: string
  credit: string
  amountBase: bigint
  token: ShownToken
  /** The payment or channel. */
  subjectHref: string | null
  corrects: string | null
}

/** Entries of a journal: what happened, from which account to which. */
export function EntryTable({ entries, empty }: { entries: readonly EntryRow[]; empty: ReactNode }) {
  return (
    <DataTable<EntryRow>
      caption="Journal, newest first"
      rows={entries}
      rowKey={({ id }) => id}
      empty={empty}
      columns={[
        column('Entry', (row) => (
          <span className="flex flex-col items-start">
            {row.subjectHref === null ? (
              row.text
            ) : (
              <Link href={row.subjectHref} className="font-medium underline-offset-4 hover:underline">
                {row.text}
              </Link>
            )}
            {row.corrects !== null && (
              <Link
                href={`/reports/${row.corrects}`}
                className="text-xs text-warning underline decoration-dotted underline-offset-4"
              >
                Correction of the closed month {row.corrects}
              </Link>
            )}
          </span>
        )),
        column('Amount', { align: 'right' }, (row) => <TokenMoney base={row.amountBase} token={row.token} />),
        column('Debit', { from: 'md' }, (row) => row.debit),
        column('Credit', { from: 'md' }, (row) => row.credit),
        column('Voucher', { align: 'right', from: 'lg' }, (row) => row.id),
        column('Booked', { align: 'right', from: 'sm' }, (row) => (
          <Time at={row.at} format="absolute" className="text-muted-foreground" />
        )),
      ]}
    />
  )
}
