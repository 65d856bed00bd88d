import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { channelColumns } from '@/lib/channels/export-channels'
import { transactionColumns } from '@/lib/execution/views/export-transactions'
import { payerColumns } from '@/lib/payers/export-payers'
import { paymentColumns } from '@/lib/payments/export-payments'
import { refundSheet } from '@/lib/payments/export-refunds'
import { disputeSheet } from '@/lib/rails/export-disputes'
import { figureColumns } from '@/lib/reports/export-figures'
import { journalColumns } from '@/lib/reports/export-journal'
import { batchColumns } from '@/lib/settlement/views/export-batches'

/** Every column of every export has its line in docs/exports.md, in the order of the file. */

const lists: Record<string, readonly { name: string; about: string }[]> = {
  Payments: paymentColumns,
  Payers: payerColumns,
  Settlements: batchColumns,
  Refunds: refundSheet,
  Disputes: disputeSheet,
  Channels: channelColumns,
  Transactions: transactionColumns,
  Journal: journalColumns,
  Figures: figureColumns('2026-11'),
}

const document = readFileSync(new URL('../../docs/exports.md', import.meta.url), 'utf8')

test.each(Object.entries(lists))('docs/exports.md describes the columns of %s', (title, columns) => {
  const section = document.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? ''
  const rows = section.split('\n').flatMap((line) => {
    const [, name, about] = /^\| `(\w+)` +\| (.*?) +\|$/.exec(line) ?? []
    return name === undefined ? [] : [{ name, about }]
  })
  expect(rows).toEqual(columns.map(({ name, about }) => ({ name, about })))
})

test.each(Object.entries(lists))('no two columns of %s have one name', (_, columns) => {
  expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length)
})
