import type { Reader } from '../ctx'
import { labelNetwork } from '@/lib/chains'
import { db, prisma, sql, type Prisma, type Sql } from '@/lib/db'
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
  _count: { select: { attempts: true } },
} satisfies Prisma.TransactionSelect

type Selected = Prisma.TransactionGetPayload<{ select: typeof rowSelect }>
type Found = Selected & { call: string | null }

/** One page of what the reader may see, newest first. Reads only. */
export async function listTransactions(
  reader: Reader,
  filter: TransactionFilter,
  ask: Page.Ask,
): Promise<Page.Page<TransactionView.Row>> {
  const where = whereOf(reader, filter)
  const page = await loadPage<Found>(ask, {
    find: (asked) => find(where, asked),
    count: async () => {
      const [row] = await db.query<{ total: bigint }>(sql`SELECT count(*) AS total FROM transaction t WHERE ${where}`)
      return Number(row?.total ?? 0n)
    },
    cursorOf: (row) => ({ atMs: row.createdAt.getTime(), id: row.id }),
  })
  return Page.map(page, toRow)
}

/**
 * What a reader may see: what was executed for its merchant, and what settles or refunds its payments. Those transactions name
 * no merchant, because many may share one; it has a part in it when an event of that merchant names it.
 */
export function visible(reader: Reader): Sql {
  return reader.operator
    ? sql`true`
    : sql`(t.merchant_id = ${reader.merchantId}::uuid OR EXISTS (SELECT 1 FROM audit_event e WHERE e.transaction_id = t.id AND e.merchant_id = ${reader.merchantId}::uuid))`
}

async function find(where: Sql, ask: Page.Ask): Promise<Found[]> {
  const older = ask.before === undefined
  const cursor = ask.after ?? ask.before
  const at = cursor && new Date(cursor.atMs)
  const window = !cursor
    ? sql`true`
    : older
      ? sql`t.created_at <= ${at} AND (t.created_at < ${at} OR t.id > ${idOf(cursor)}::uuid)`
      : sql`t.created_at >= ${at} AND (t.created_at > ${at} OR t.id < ${idOf(cursor)}::uuid)`
  const order = older ? sql`t.created_at DESC, t.id ASC` : sql`t.created_at ASC, t.id DESC`
  const ids = await db.query<{ id: string; call: string | null }>(sql`
    SELECT t.id, coalesce(t.accepted, t.simulation) -> 'call' ->> 'name' AS call
    FROM transaction t WHERE ${where} AND ${window} ORDER BY ${order} LIMIT ${ask.size + 1}`)
  const rows = await prisma().transaction.findMany({
    where: { id: { in: ids.map((row) => row.id) } },
    select: rowSelect,
  })
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap(({ id, call }) => {
    const row = byId.get(id)
    return row ? [{ ...row, call }] : []
  })
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function idOf(cursor: Page.Cursor): string {
  return uuid.test(cursor.id) ? cursor.id : '00000000-0000-0000-0000-000000000000'
}

function whereOf(reader: Reader, filter: TransactionFilter): Sql {
  const at = Filter.between(filter.from, filter.to)
  const parts = [
    visible(reader),
    filter.status && sql`t.status = ANY(${filter.status}::transaction_status[])`,
    filter.purpose && sql`t.purpose = ANY(${filter.purpose}::text[])`,
    filter.network === undefined ? undefined : sql`t.network = ${filter.network}`,
    // The filter holds hex digits only, so that nothing in it is a wildcard.
    filter.signer === undefined ? undefined : sql`t.signer LIKE ${`${filter.signer}%`}`,
    at?.gte && sql`t.created_at >= ${at.gte}`,
    at?.lt && sql`t.created_at < ${at.lt}`,
  ]
  return parts.filter((part) => part !== undefined).reduce((all, part) => sql`${all} AND ${part}`)
}

export function toRow(row: Found): TransactionView.Row {
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
    attempts: row._count.attempts,
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
