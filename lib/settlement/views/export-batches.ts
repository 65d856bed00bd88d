import type { Reader } from '../../ctx'
import { readAll } from '@/lib/paging'
import { Sheet } from '@/lib/sheet'
import type { BatchFilter } from './BatchFilter'
import type * as BatchView from './BatchView'
import { batchSource } from './list-batches'
import { toBatchRows } from './to-batch-rows'

/** The reader's batches that the list shows with this filter, all of them, newest first, as pieces of a file. Reads as the caller reads. */
export function exportBatches(reader: Reader, filter: BatchFilter, format: Sheet.SheetFormat): AsyncGenerator<string> {
  return Sheet.write(batchColumns, readBatches(reader, filter), format)
}

async function* readBatches(reader: Reader, filter: BatchFilter): AsyncGenerator<BatchView.BatchListRow[]> {
  for await (const rows of readAll(batchSource(reader, filter))) yield toBatchRows(reader, rows)
}

type Row = BatchView.BatchListRow
const baseOf = (text: string | null) => (text === null ? null : BigInt(text))
const known = ({ token }: Row) => token.decimals > 0

/** Documented in docs/exports.md. */
export const batchColumns: readonly Sheet.SheetColumn<Row>[] = [
  { name: 'id', about: 'The id of the batch.', cell: (row) => row.id },
  { name: 'created_at', about: 'When it was queued. UTC, ISO 8601.', cell: (row) => row.createdAt },
  { name: 'applied_at', about: 'When every outcome was booked. UTC, ISO 8601.', cell: (row) => row.appliedAt },
  { name: 'status', about: 'submitted, applied or failed.', cell: (row) => row.status },
  { name: 'form', about: 'aggregate, single, raw, svm or channels.', cell: (row) => row.form },
  { name: 'network', about: 'The network by CAIP-2, such as eip155:8453.', cell: (row) => row.network.network },
  { name: 'network_name', about: 'The name of the network.', cell: (row) => row.network.name },
  {
    name: 'token',
    about: 'The symbol of the token; empty if unknown.',
    cell: (row) => (known(row) ? row.token.symbol : null),
  },
  { name: 'token_address', about: 'The address of the token.', cell: (row) => row.token.address },
  {
    name: 'decimals',
    about: 'Base units of one token: 10 to the power of this.',
    cell: (row) => (known(row) ? row.token.decimals.toString() : null),
  },
  ...Sheet.amounts<Row>('amount', 'Your part of the batch.', (row) => ({
    base: baseOf(row.amountBase),
    decimals: known(row) ? row.token.decimals : undefined,
  })),
  { name: 'members', about: 'Your payments or channels in it.', cell: (row) => row.size.toString() },
  { name: 'settled', about: 'Those of them that settled.', cell: (row) => row.settledCount.toString() },
  {
    name: 'payments',
    about: 'Your payments in it; for channels their vouchers.',
    cell: (row) => row.payments.toString(),
  },
  { name: 'tx_hash', about: 'The transaction, once it is included.', cell: (row) => row.hash },
  { name: 'gas_token', about: 'The token that pays gas on the network.', cell: (row) => row.network.gasSymbol },
  ...Sheet.amounts<Row>('gas', 'The fee of the whole transaction, shared with other merchants.', (row) => ({
    base: baseOf(row.feeWei),
    decimals: row.network.gasDecimals,
  })),
  ...Sheet.amounts<Row>('gas_per_payment', 'The fee divided by the payments in it.', (row) => ({
    base: baseOf(row.feePerPaymentWei),
    decimals: row.network.gasDecimals,
  })),
  {
    name: 'gas_paid_by',
    about: 'us, or payer if the payer signed the transaction.',
    cell: (row) => (row.paidByPayer ? 'payer' : 'us'),
  },
  { name: 'error', about: 'Why it failed.', cell: (row) => row.error },
]
