import { inToken, tokenColumns } from '@/lib/chains'
import { Sheet } from '@/lib/sheet'
import { type JournalEntry, textOf } from './Journal'
import type { JournalFilter } from './JournalFilter'
import type { Month } from './Month'
import { readJournal } from './read-journal'

/** A month's journal with this filter, oldest first, as pieces of a file: one line per entry, to the base unit. Reads as the caller reads. */
export function exportJournal(
  merchantId: string,
  month: Month,
  filter: JournalFilter,
  format: Sheet.SheetFormat,
): AsyncGenerator<string> {
  return Sheet.write(journalColumns, readJournal(merchantId, month, filter), format)
}

/** Documented in docs/exports.md. */
export const journalColumns: readonly Sheet.SheetColumn<JournalEntry>[] = [
  {
    name: 'voucher',
    about: 'The number of the entry: unique, and in the order of writing.',
    cell: (row) => row.id.toString(),
  },
  Sheet.time('at', 'When it was booked.', (row) => row.at),
  {
    name: 'reason',
    about: 'What happened: earn, settle, refund_owed, refund_paid, reorged, …',
    cell: (row) => row.reason,
  },
  {
    name: 'debit',
    about: 'The account that is debited: its class, and the merchant or address.',
    cell: (row) => row.debit,
  },
  { name: 'credit', about: 'The account that is credited.', cell: (row) => row.credit },
  ...tokenColumns<JournalEntry>(),
  ...Sheet.amounts<JournalEntry>(
    'amount',
    'The amount, above zero.',
    inToken((row) => row.amountBase),
  ),
  { name: 'payment_id', about: 'The payment that it is about.', cell: (row) => row.paymentId },
  { name: 'channel_id', about: 'The channel that it is about.', cell: (row) => row.channelId },
  { name: 'payer', about: 'The wallet that pays.', cell: (row) => row.payer },
  { name: 'resource_id', about: 'The id of the resource.', cell: (row) => row.resourceId },
  {
    name: 'corrects',
    about: 'The closed month that the entry corrects, such as 2026-10.',
    cell: (row) => row.corrects,
  },
  { name: 'text', about: 'The entry in words.', cell: textOf },
]
