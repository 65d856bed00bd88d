import type { Reader } from '../ctx'
import { inToken, tokenColumns } from '@/lib/chains'
import { readAll } from '@/lib/paging'
import { Sheet } from '@/lib/sheet'
import type { DisputeFilter } from './DisputeFilter'
import { disputeSource, type DisputeRecord } from './dispute-rows'

/** The reader's disputes, all of them, newest first, as pieces of a file. Reads as the caller reads. */
export function exportDisputes(
  reader: Reader,
  filter: DisputeFilter,
  format: Sheet.SheetFormat,
): AsyncGenerator<string> {
  return Sheet.write(disputeSheet, readAll(disputeSource(reader, filter)), format)
}

/** Documented in docs/exports.md. */
export const disputeSheet: readonly Sheet.SheetColumn<DisputeRecord>[] = [
  { name: 'id', about: 'The id of the dispute.', cell: (row) => row.id },
  { name: 'payment_id', about: 'The payment that is disputed.', cell: (row) => row.paymentId },
  { name: 'external_id', about: 'The id at the payment provider.', cell: (row) => row.externalId },
  Sheet.time('opened_at', 'When the bank opened it.', (row) => row.openedAt),
  Sheet.time('due_by', 'Until when evidence counts.', (row) => row.dueBy),
  Sheet.time('submitted_at', 'When evidence was submitted.', (row) => row.submittedAt),
  Sheet.time('accepted_at', 'When it was accepted.', (row) => row.acceptedAt),
  Sheet.time('closed_at', 'When it ended.', (row) => row.closedAt),
  {
    name: 'status',
    about: 'needs_response, under_review, won, lost, prevented or warning_….',
    cell: (row) => row.status,
  },
  { name: 'reason', about: 'Why, in the words of the payment provider.', cell: (row) => row.reason },
  { name: 'network_reason', about: 'The code of the card network.', cell: (row) => row.networkReason },
  ...tokenColumns<DisputeRecord>(),
  ...Sheet.amounts<DisputeRecord>(
    'amount',
    'What is disputed.',
    inToken((row) => row.amountBase),
  ),
  ...Sheet.amounts<DisputeRecord>(
    'fee',
    'What the payment provider keeps for the dispute.',
    inToken((row) => row.feeBase),
  ),
]
