import type { Reader } from '../../ctx'
import { labelNetwork, labelToken } from '@/lib/chains'
import { db, newestFirst, prisma, sql, type Prisma, type Sql } from '@/lib/db'
import { Filter, loadPage, type Page } from '@/lib/paging'
import type { BatchFilter } from './BatchFilter'
import type * as BatchView from './BatchView'

/**
 * Gas of one payment in a transaction of its own: 64,387 was measured for an MPP charge (a TIP-20 transfer with a memo to a
 * holder) on the local Tempo chain, hardfork T4. Sellers on Base count 61,000 to 90,000 (BlockRunAI/ClawRouter#297).
 */
const gasPerPayment = 64_000n

type BatchRecord = Prisma.SettlementBatchGetPayload<object>

/** One page of the batches in which the reader has a payment or a channel, newest first. Reads only. */
export async function listBatches(
  reader: Reader,
  filter: BatchFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<BatchView.BatchListRow>> {
  const where = whereOf(filter)
  const page = await loadPage<BatchRecord>(ask, {
    find: (asked) => find(reader, where, asked),
    count: async (limit) => {
      const [row] = await db.query<{ total: bigint }>(sql`
        SELECT count(*) AS total FROM (
          SELECT FROM ${from(reader)} WHERE ${where} ORDER BY x.created_at DESC, x.batch_id LIMIT ${limit}) counted`)
      return Number(row?.total ?? 0n)
    },
    cursorOf: (row) => ({ atMs: row.createdAt.getTime(), id: row.id }),
  })
  return { ...page, rows: await toRows(reader, page.rows) }
}

/** A batch, or undefined when it is not there or holds nothing of the reader's. */
export function getBatch(reader: Reader, id: string): Promise<BatchView.BatchListRow | undefined> {
  return findOne(reader, sql`b.id = ${id}::uuid`)
}

/** The batch that a transaction carries, if it carries one. */
export function findBatchOf(reader: Reader, transactionId: string): Promise<BatchView.BatchListRow | undefined> {
  return findOne(reader, sql`b.transaction_id = ${transactionId}::uuid`)
}

async function findOne(reader: Reader, which: Sql): Promise<BatchView.BatchListRow | undefined> {
  const ids = await db.query<{ id: string }>(sql`SELECT b.id FROM ${from(reader)} WHERE ${which}`)
  return (await toRows(reader, await load(ids)))[0]
}

/** The batches `b` that a reader may see, and the rows `x` that have them in the order of their list: triggers write a merchant's parts. */
function from(reader: Reader): Sql {
  return reader.operator
    ? sql`settlement_batch b CROSS JOIN LATERAL (SELECT b.created_at, b.id AS batch_id) x`
    : sql`batch_part x JOIN settlement_batch b ON b.id = x.batch_id AND x.merchant_id = ${reader.merchantId}::uuid`
}

function whereOf(filter: BatchFilter): Sql {
  const at = Filter.between(filter.from, filter.to)
  return [
    filter.status && sql`b.status = ANY(${filter.status}::batch_status[])`,
    filter.form && sql`b.form = ANY(${filter.form}::text[])`,
    filter.network !== undefined && sql`b.network = ${filter.network}`,
    at?.gte && sql`x.created_at >= ${at.gte}`,
    at?.lt && sql`x.created_at < ${at.lt}`,
  ].reduce<Sql>((all, one) => (one ? sql`${all} AND ${one}` : all), sql`true`)
}

async function find(reader: Reader, where: Sql, ask: Page.PageRequest): Promise<BatchRecord[]> {
  const { beyond, order } = newestFirst(ask, sql`x.created_at`, sql`x.batch_id`)
  const ids = await db.query<{ id: string }>(
    sql`SELECT b.id FROM ${from(reader)} WHERE ${where} AND ${beyond} ORDER BY ${order} LIMIT ${ask.size + 1}`,
  )
  return load(ids)
}

/** In the order of their ids. */
async function load(found: readonly { id: string }[]): Promise<BatchRecord[]> {
  const rows = await prisma().settlementBatch.findMany({ where: { id: { in: found.map(({ id }) => id) } } })
  const byId = new Map(rows.map((row) => [row.id, row]))
  return found.flatMap(({ id }) => byId.get(id) ?? [])
}

async function toRows(reader: Reader, rows: readonly BatchRecord[]): Promise<BatchView.BatchListRow[]> {
  const transactionIds = rows.flatMap((row) => row.transactionId ?? [])
  const [transactions, paymentShares, channelShares] = await Promise.all([
    prisma().transaction.findMany({
      where: { id: { in: transactionIds } },
      select: { id: true, hash: true, gasUsed: true, gasPrice: true, feeLamports: true },
    }),
    reader.operator ? new Map<string, Share>() : sharesOfPayments(reader, rows),
    sharesOfChannels(reader, rows),
  ])
  const byId = new Map(transactions.map((transaction) => [transaction.id, transaction]))
  return rows.map((row) => {
    const transaction = row.transactionId ? byId.get(row.transactionId) : undefined
    const channels = channelShares.get(row.id)
    const none = { size: 0, settledCount: 0, amountBase: '0' }
    const whole = { size: row.size, settledCount: row.settledCount ?? 0, amountBase: row.amountBase.toFixed(0) }
    const share = channels ?? paymentShares.get(row.id) ?? (reader.operator ? whole : none)
    return {
      id: row.id,
      createdAt: row.createdAt.toISOString(),
      appliedAt: row.appliedAt?.toISOString() ?? null,
      status: row.status,
      form: row.form as BatchView.BatchListRow['form'],
      network: labelNetwork(row.network),
      token: labelToken(row.network, row.asset),
      size: share.size,
      settledCount: share.settledCount,
      amountBase: share.amountBase,
      payments: channels?.payments ?? share.size,
      units: channels?.units ?? null,
      error: row.error,
      waitsFor: row.waitsFor,
      transactionId: row.transactionId,
      hash: transaction?.hash ?? null,
      ...feesOf(transaction, channels?.paymentsOfAll ?? row.size),
      paidByPayer: row.form === 'raw',
    }
  })
}

type Fees = Pick<BatchView.BatchListRow, 'feeWei' | 'feePerPaymentWei' | 'gasUsed' | 'feeSeparateWei'>

/** What the transaction cost, whole and over all its payments, and what a transaction for each of them would have cost. */
function feesOf(
  transaction:
    | { gasUsed: bigint | null; gasPrice: Prisma.Decimal | null; feeLamports: Prisma.Decimal | null }
    | undefined,
  payments: number,
): Fees {
  const gas = transaction?.gasUsed?.toString() ?? null
  if (transaction?.feeLamports) {
    const fee = transaction.feeLamports.toFixed(0)
    // On Solana each payment is a transaction of its own.
    return { feeWei: fee, feePerPaymentWei: fee, gasUsed: gas, feeSeparateWei: fee }
  }
  if (transaction?.gasUsed == null || transaction.gasPrice === null)
    return { feeWei: null, feePerPaymentWei: null, gasUsed: null, feeSeparateWei: null }
  const { gasUsed } = transaction
  const price = BigInt(transaction.gasPrice.toFixed(0))
  const count = BigInt(payments)
  return {
    feeWei: (gasUsed * price).toString(),
    feePerPaymentWei: count > 0n ? ((gasUsed * price) / count).toString() : null,
    gasUsed: gasUsed.toString(),
    feeSeparateWei: (count * gasPerPayment * price).toString(),
  }
}

type Share = Pick<BatchView.BatchListRow, 'size' | 'settledCount' | 'amountBase'>

/** What of each batch belongs to the reader's merchant: other merchants' sums are not shown to it. */
async function sharesOfPayments(reader: Reader, rows: readonly BatchRecord[]): Promise<Map<string, Share>> {
  const groups = await prisma().payment.groupBy({
    by: ['batchId', 'settlement'],
    where: { batchId: { in: rows.map((row) => row.id) }, merchantId: reader.merchantId },
    _count: true,
    _sum: { amountBase: true },
  })
  const shares = new Map<string, Share>()
  for (const group of groups) {
    if (!group.batchId) continue
    const before = shares.get(group.batchId) ?? { size: 0, settledCount: 0, amountBase: '0' }
    shares.set(group.batchId, {
      size: before.size + group._count,
      settledCount: before.settledCount + (group.settlement === 'settled' ? group._count : 0),
      amountBase: (BigInt(before.amountBase) + BigInt(group._sum.amountBase?.toFixed(0) ?? '0')).toString(),
    })
  }
  return shares
}

type ChannelShare = Share & {
  payments: number
  units: string
  /** Everybody's: the transaction's gas is shared by all of them. */
  paymentsOfAll: number
}

type ChannelSums = {
  id: string
  size: number
  settled: number
  amount: bigint
  vouchers: bigint
  units: bigint
  vouchersOfAll: bigint
}

/**
 * The same for batches of channels. While a settlement is on its way, its amount is what it is to pay. A row counts units and
 * vouchers from its channel's beginning: what it pays for is what the one before it did not.
 */
async function sharesOfChannels(reader: Reader, rows: readonly BatchRecord[]): Promise<Map<string, ChannelShare>> {
  const ids = rows.filter((row) => row.form === 'channels').map((row) => row.id)
  if (ids.length === 0) return new Map()
  const own = sql`(${reader.operator} OR c.merchant_id = ${reader.merchantId}::uuid)`
  const sums = await db.query<ChannelSums>(sql`
    SELECT s.batch_id AS id, count(*) FILTER (WHERE ${own})::int AS size,
      count(*) FILTER (WHERE ${own} AND s.status = 'settled')::int AS settled,
      coalesce(sum(CASE s.status WHEN 'settled' THEN s.paid_base
          WHEN 'pending' THEN greatest(coalesce(s.capture_base, s.cumulative_base) - c.settled_base, 0) END)
        FILTER (WHERE ${own}), 0) AS amount,
      coalesce(sum(s.vouchers - coalesce(before.vouchers, 0)) FILTER (WHERE ${own}), 0) AS vouchers,
      coalesce(sum(s.units - coalesce(before.units, 0)) FILTER (WHERE ${own}), 0) AS units,
      sum(s.vouchers - coalesce(before.vouchers, 0)) AS vouchers_of_all
    FROM channel_settlement s JOIN channel c ON c.id = s.channel_id
      LEFT JOIN LATERAL (
        SELECT p.units, p.vouchers FROM channel_settlement p
        WHERE p.channel_id = s.channel_id AND p.created_at < s.created_at AND p.status = 'settled'
        ORDER BY p.created_at DESC LIMIT 1) before ON true
    WHERE s.batch_id = ANY(${ids}::uuid[]) GROUP BY 1`)
  return new Map(
    sums.map(({ id, size, settled, amount, vouchers, units, vouchersOfAll }) => [
      id,
      {
        size,
        settledCount: settled,
        amountBase: amount.toString(),
        payments: Number(vouchers),
        units: units.toString(),
        paymentsOfAll: Number(vouchersOfAll),
      },
    ]),
  )
}
