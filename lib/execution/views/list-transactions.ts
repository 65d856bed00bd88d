import type { Reader } from '../../ctx'
import { labelNetwork } from '@/lib/chains'
import { allOf, pageQuery, sql, type Sql } from '@/lib/db'
import { Filter, loadPage, Page } from '@/lib/paging'
import type { TransactionFilter } from './TransactionFilter'
import type * as TransactionView from './TransactionView'

/** What `toRow` reads of a transaction `t`; nothing long. */
export const rowColumns = sql`
  t.id, t.created_at, t.status, t.network, t.kind, t.purpose, t.signer, t.nonce, t.hash, t.block_number, t.gas_used, t.gas_price, t.l1_fee_wei,
  t.fee_lamports, t.held_reason, t.error, coalesce(t.accepted, t.simulation) -> 'call' ->> 'name' AS call,
  (SELECT count(*)::int FROM attempt a WHERE a.transaction_id = t.id) AS attempts`

export type TransactionSummary = Pick<
  TransactionView.TransactionListRow,
  'id' | 'status' | 'kind' | 'purpose' | 'call' | 'signer' | 'attempts' | 'hash' | 'heldReason' | 'error'
> & {
  createdAt: Date
  network: string
  nonce: bigint | null
  blockNumber: bigint | null
  gasUsed: bigint | null
  gasPrice: bigint | null
  l1FeeWei: bigint | null
  feeLamports: bigint | null
}

/** One page of the reader's transactions, newest first. Reads only. */
export async function listTransactions(
  reader: Reader,
  filter: TransactionFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<TransactionView.TransactionListRow>> {
  return Page.map(await loadPage<TransactionSummary>(ask, transactionSource(reader, filter)), toRow)
}

/** The reads of the list, for `loadPage` and `readAll`. */
export function transactionSource(reader: Reader, filter: TransactionFilter) {
  return {
    ...pageQuery<TransactionSummary>({
      columns: rowColumns,
      from: from(reader),
      where: whereOf(filter),
      at: sql`x.created_at`,
      id: sql`x.transaction_id`,
    }),
    cursorOf: (row: TransactionSummary) => ({ atMs: row.createdAt.getTime(), id: row.id }),
  }
}

/**
 * What a reader may see: calls executed for its merchant, and transactions that settle or refund its payments. Those
 * name no merchant, because many may share one: each merchant's part is a row that triggers write.
 */
export function visible(reader: Reader): Sql {
  return reader.operator
    ? sql`true`
    : sql`EXISTS (SELECT FROM transaction_part x WHERE x.transaction_id = t.id AND x.merchant_id = ${reader.merchantId}::uuid)`
}

/** The transactions `t` that a reader may see, and the rows `x` that give them their order. */
function from(reader: Reader): Sql {
  return reader.operator
    ? sql`transaction t CROSS JOIN LATERAL (SELECT t.created_at, t.id AS transaction_id) x`
    : sql`transaction_part x JOIN transaction t ON t.id = x.transaction_id AND x.merchant_id = ${reader.merchantId}::uuid`
}

function whereOf(filter: TransactionFilter): Sql {
  const at = Filter.between(filter.from, filter.to)
  return allOf(
    filter.status && sql`t.status = ANY(${filter.status}::transaction_status[])`,
    filter.purpose && sql`t.purpose = ANY(${filter.purpose}::text[])`,
    filter.network !== undefined && sql`t.network = ${filter.network}`,
    // The filter holds hex digits only, so that nothing in it is a wildcard.
    filter.signer !== undefined && sql`t.signer LIKE ${`${filter.signer}%`}`,
    at?.gte && sql`x.created_at >= ${at.gte}`,
    at?.lt && sql`x.created_at < ${at.lt}`,
  )
}

export function toRow(row: TransactionSummary): TransactionView.TransactionListRow {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    status: row.status,
    network: labelNetwork(row.network),
    kind: row.kind,
    purpose: row.purpose,
    call: row.call,
    signer: row.signer,
    nonce: row.nonce?.toString() ?? null,
    attempts: row.attempts,
    hash: row.hash,
    blockNumber: row.blockNumber?.toString() ?? null,
    feeWei: feeOf(row)?.toString() ?? null,
    heldReason: row.heldReason,
    error: row.error,
  }
}

/** In units of gas: wei, on Solana lamports. */
export function feeOf({ gasUsed, gasPrice, l1FeeWei, feeLamports }: TransactionSummary): bigint | null {
  if (feeLamports !== null) return feeLamports
  if (gasUsed === null || gasPrice === null) return null
  return gasUsed * gasPrice + (l1FeeWei ?? 0n)
}
