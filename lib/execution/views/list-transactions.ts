import type { Reader } from '../../ctx'
import { labelNetwork } from '@/lib/chains'
import { db, newestFirst, prisma, sql, type Prisma, type Sql } from '@/lib/db'
import { Filter, loadPage, Page } from '@/lib/paging'
import type { TransactionFilter } from './TransactionFilter'
import type * as TransactionView from './TransactionView'

export const rowSelect = {
  id: true,
  createdAt: true,
  status: true,
  network: true,
  kind: true,
  purpose: true,
  signer: true,
  nonce: true,
  hash: true,
  blockNumber: true,
  gasUsed: true,
  gasPrice: true,
  l1FeeWei: true,
  feeLamports: true,
  heldReason: true,
  error: true,
} satisfies Prisma.TransactionSelect

type Selected = Prisma.TransactionGetPayload<{ select: typeof rowSelect }>
type Found = Selected & { call: string | null; attempts: number }

/** One page of what the reader may see, newest first. Reads only. */
export async function listTransactions(
  reader: Reader,
  filter: TransactionFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<TransactionView.TransactionListRow>> {
  const where = whereOf(filter)
  const page = await loadPage<Found>(ask, {
    find: (asked) => find(reader, where, asked),
    count: async (limit) => {
      // In the order of the list: what stops at a limit would be planned as a walk through the tables.
      const [row] = await db.query<{ total: bigint }>(sql`
        SELECT count(*) AS total FROM (
          SELECT FROM ${from(reader)} WHERE ${where} ORDER BY x.created_at DESC, x.transaction_id LIMIT ${limit}) counted`)
      return Number(row?.total ?? 0n)
    },
    cursorOf: (row) => ({ atMs: row.createdAt.getTime(), id: row.id }),
  })
  return Page.map(page, toRow)
}

/**
 * What a reader may see: what was executed for its merchant, and what settles or refunds its payments. Those transactions name
 * no merchant, because many may share one: the parts of each are rows of their own, which triggers write with whatever makes one.
 */
export function visible(reader: Reader): Sql {
  return reader.operator
    ? sql`true`
    : sql`EXISTS (SELECT FROM transaction_part x WHERE x.transaction_id = t.id AND x.merchant_id = ${reader.merchantId}::uuid)`
}

/** The transactions `t` that a reader may see, and the rows `x` that have them in the order of their list. */
function from(reader: Reader): Sql {
  return reader.operator
    ? sql`transaction t CROSS JOIN LATERAL (SELECT t.created_at, t.id AS transaction_id) x`
    : sql`transaction_part x JOIN transaction t ON t.id = x.transaction_id AND x.merchant_id = ${reader.merchantId}::uuid`
}

async function find(reader: Reader, where: Sql, ask: Page.PageRequest): Promise<Found[]> {
  const { beyond, order } = newestFirst(ask, sql`x.created_at`, sql`x.transaction_id`)
  const ids = await db.query<{ id: string; call: string | null; attempts: number }>(sql`
    SELECT t.id, coalesce(t.accepted, t.simulation) -> 'call' ->> 'name' AS call,
      (SELECT count(*)::int FROM attempt a WHERE a.transaction_id = t.id) AS attempts
    FROM ${from(reader)} WHERE ${where} AND ${beyond} ORDER BY ${order} LIMIT ${ask.size + 1}`)
  const rows = await prisma().transaction.findMany({
    where: { id: { in: ids.map((row) => row.id) } },
    select: rowSelect,
  })
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap(({ id, ...told }) => {
    const row = byId.get(id)
    return row ? [{ ...row, ...told }] : []
  })
}

function whereOf(filter: TransactionFilter): Sql {
  const at = Filter.between(filter.from, filter.to)
  const parts = [
    sql`true`,
    filter.status && sql`t.status = ANY(${filter.status}::transaction_status[])`,
    filter.purpose && sql`t.purpose = ANY(${filter.purpose}::text[])`,
    filter.network === undefined ? undefined : sql`t.network = ${filter.network}`,
    // The filter holds hex digits only, so that nothing in it is a wildcard.
    filter.signer === undefined ? undefined : sql`t.signer LIKE ${`${filter.signer}%`}`,
    at?.gte && sql`x.created_at >= ${at.gte}`,
    at?.lt && sql`x.created_at < ${at.lt}`,
  ]
  return parts.filter((part) => part !== undefined).reduce((all, part) => sql`${all} AND ${part}`)
}

export function toRow(row: Found): TransactionView.TransactionListRow {
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
    feeWei: feeOf(row),
    heldReason: row.heldReason,
    error: row.error,
  }
}

/** In units of gas: wei, on Solana lamports. */
function feeOf({ gasUsed, gasPrice, l1FeeWei, feeLamports }: Selected): string | null {
  if (feeLamports !== null) return feeLamports.toFixed(0)
  if (gasUsed === null || gasPrice === null) return null
  return (gasUsed * BigInt(gasPrice.toFixed(0)) + BigInt(l1FeeWei?.toFixed(0) ?? 0)).toString()
}
