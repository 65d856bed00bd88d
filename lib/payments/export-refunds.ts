import type { Reader } from '../ctx'
import { inToken, tokenColumns } from '@/lib/chains'
import { readAll } from '@/lib/paging'
import { Sheet } from '@/lib/sheet'
import type { RefundFilter } from './RefundFilter'
import { refundSource, type RefundRecord } from './refund-rows'

/** The reader's refunds, all of them, newest first, as pieces of a file. Reads as the caller reads. */
export function exportRefunds(reader: Reader, filter: RefundFilter, format: Sheet.SheetFormat): AsyncGenerator<string> {
  return Sheet.write(refundSheet, readAll(refundSource(reader, filter)), format)
}

/** Documented in docs/exports.md. */
export const refundSheet: readonly Sheet.SheetColumn<RefundRecord>[] = [
  { name: 'id', about: 'The id of the refund.', cell: (row) => row.id },
  { name: 'payment_id', about: 'The payment that it gives back.', cell: (row) => row.paymentId },
  Sheet.time('created_at', 'When it became due.', (row) => row.createdAt),
  Sheet.time('paid_at', 'When it was found on chain.', (row) => row.paidAt),
  { name: 'status', about: 'due, sent, paid or cancelled.', cell: (row) => row.status },
  { name: 'kind', about: 'engine: owed because no answer was given. member: requested.', cell: (row) => row.kind },
  { name: 'requested_by', about: 'The member or key that requested it.', cell: (row) => row.requestedBy },
  { name: 'reason', about: 'Why the money goes back.', cell: (row) => row.reason },
  ...tokenColumns<RefundRecord>(),
  ...Sheet.amounts<RefundRecord>(
    'amount',
    'What goes back to the payer.',
    inToken((row) => row.amountBase),
  ),
  { name: 'paid_to', about: 'The address that gets the money back.', cell: (row) => row.to },
  {
    name: 'paid_from',
    about: 'The merchant’s wallet that pays it; empty: the refund wallet.',
    cell: (row) => row.wallet,
  },
  { name: 'tx_hash', about: 'The transaction of the refund.', cell: (row) => row.txHash },
]
