import type { Reader } from '../../ctx'
import { inGas, labelNetwork, networkColumns } from '@/lib/chains'
import { readAll } from '@/lib/paging'
import { Sheet } from '@/lib/sheet'
import { feeOf, transactionSource, type TransactionSummary } from './list-transactions'
import type { TransactionFilter } from './TransactionFilter'

/**
 * The reader's transactions that the list shows with this filter, all of them, newest first, as pieces of a file. Reads as the caller
 * reads.
 */
export function exportTransactions(
  reader: Reader,
  filter: TransactionFilter,
  format: Sheet.SheetFormat,
): AsyncGenerator<string> {
  return Sheet.write(transactionColumns, readAll(transactionSource(reader, filter)), format)
}

/** Documented in docs/exports.md. */
export const transactionColumns: readonly Sheet.SheetColumn<TransactionSummary>[] = [
  { name: 'id', about: 'The id of the transaction.', cell: (row) => row.id },
  Sheet.time('created_at', 'When the call was requested.', (row) => row.createdAt),
  { name: 'status', about: 'From queued to final, as in the list.', cell: (row) => row.status },
  { name: 'purpose', about: 'settlement, refund or execution.', cell: (row) => row.purpose },
  { name: 'kind', about: 'call, calls, raw or svm.', cell: (row) => row.kind },
  { name: 'call', about: 'The called function, if it can be read.', cell: (row) => row.call },
  ...networkColumns<TransactionSummary>(),
  { name: 'signer', about: 'The address that signed.', cell: (row) => row.signer },
  { name: 'nonce', about: 'Its nonce.', cell: (row) => row.nonce?.toString() ?? null },
  { name: 'attempts', about: 'Signed attempts.', cell: (row) => row.attempts.toString() },
  { name: 'tx_hash', about: 'The hash of the included attempt.', cell: (row) => row.hash },
  { name: 'block', about: 'The number of its block, or its slot.', cell: (row) => row.blockNumber?.toString() ?? null },
  {
    name: 'gas_token',
    about: 'The token that pays gas on the network.',
    cell: (row) => labelNetwork(row.network).gasSymbol,
  },
  ...Sheet.amounts<TransactionSummary>(
    'gas',
    'The fee of the whole transaction; empty before inclusion.',
    inGas(feeOf),
  ),
  { name: 'held_reason', about: 'What it waits for.', cell: (row) => row.heldReason },
  { name: 'error', about: 'Why it failed.', cell: (row) => row.error },
]
