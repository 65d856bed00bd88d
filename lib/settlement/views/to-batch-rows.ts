import type { Reader } from '../../ctx'
import { Chain, labelNetwork, labelToken } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { Caip } from '@/lib/money'
import type * as BatchView from './BatchView'

/**
 * Gas of one payment in a transaction of its own: 64,387 was measured for an MPP charge (a TIP-20 transfer with a memo to a
 * holder) on the local Tempo chain, hardfork T4. Sellers on Base count 61,000 to 90,000 (BlockRunAI/ClawRouter#297).
 */
const gasOnTempo = 64_000n

/**
 * Gas of one EIP-3009 payment in a transaction of its own, with Circle's FiatTokenV2_2 behind its proxy: measured by
 * `npm run bench:gas`, table "Gas for each payment" of docs/decisions.md.
 */
const gasOfTransfer = 86_300n

/** What `toBatchRows` reads of a batch `b` and its transaction `t`. */
export const columns = sql`
  b.id, b.created_at, b.applied_at, b.status, b.form, b.network, b.asset, b.size, b.settled_count, b.amount_base, b.error, b.waits_for,
  b.transaction_id, t.hash, t.gas_used, t.gas_price, t.fee_lamports`

export type BatchRecord = Pick<
  BatchView.BatchListRow,
  'id' | 'status' | 'form' | 'size' | 'error' | 'waitsFor' | 'transactionId' | 'hash'
> & {
  createdAt: Date
  appliedAt: Date | null
  network: string
  asset: string
  settledCount: number | null
  amountBase: bigint
  gasUsed: bigint | null
  gasPrice: bigint | null
  feeLamports: bigint | null
}

export async function toBatchRows(reader: Reader, rows: readonly BatchRecord[]): Promise<BatchView.BatchListRow[]> {
  const [paymentShares, channelShares] = await Promise.all([
    reader.operator ? new Map<string, Share>() : sharesOfPayments(reader, rows),
    sharesOfChannels(reader, rows),
  ])
  return rows.map((row) => {
    const channels = channelShares.get(row.id)
    const none = { size: 0, settledCount: 0, amountBase: '0' }
    const whole = { size: row.size, settledCount: row.settledCount ?? 0, amountBase: row.amountBase.toString() }
    const share = channels ?? paymentShares.get(row.id) ?? (reader.operator ? whole : none)
    return {
      id: row.id,
      createdAt: row.createdAt.toISOString(),
      appliedAt: row.appliedAt?.toISOString() ?? null,
      status: row.status,
      form: row.form,
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
      hash: row.hash,
      ...feesOf(row, channels?.paymentsOfAll ?? row.size, isTempo(row.network)),
      paidByPayer: row.form === 'raw',
    }
  })
}

type Fees = Pick<BatchView.BatchListRow, 'feeWei' | 'feePerPaymentWei' | 'gasUsed' | 'feeSeparateWei' | 'savedWei'>

function isTempo(network: string): boolean {
  try {
    return Chain.get(Caip.parse(network)).family === 'tempo'
  } catch {
    return false
  }
}

/**
 * The fee of the transaction, whole and per payment, and what the same payments would have cost in a transaction each, at the same
 * price of gas: separate = payments × gas of one × price. Batching saved separate − fee; null where nothing was shared.
 */
function feesOf({ form, gasUsed, gasPrice, feeLamports }: BatchRecord, payments: number, onTempo: boolean): Fees {
  const gas = gasUsed?.toString() ?? null
  if (feeLamports !== null) {
    const fee = feeLamports.toString()
    // On Solana each payment is a transaction of its own.
    return { feeWei: fee, feePerPaymentWei: fee, gasUsed: gas, feeSeparateWei: fee, savedWei: null }
  }
  if (gasUsed === null || gasPrice === null)
    return { feeWei: null, feePerPaymentWei: null, gasUsed: null, feeSeparateWei: null, savedWei: null }
  const count = BigInt(payments)
  const fee = gasUsed * gasPrice
  const separate = count * (onTempo ? gasOnTempo : gasOfTransfer) * gasPrice
  const isShared = (form === 'aggregate' || form === 'channels') && count > 1n && separate > fee
  return {
    feeWei: fee.toString(),
    feePerPaymentWei: count > 0n ? (fee / count).toString() : null,
    gasUsed: gas,
    feeSeparateWei: separate.toString(),
    savedWei: isShared ? (separate - fee).toString() : null,
  }
}

type Share = Pick<BatchView.BatchListRow, 'size' | 'settledCount' | 'amountBase'>

/** The reader's share of each batch. Other merchants' sums are never shown. */
async function sharesOfPayments(reader: Reader, rows: readonly BatchRecord[]): Promise<Map<string, Share>> {
  const sums = await db.query<Share & { id: string }>(sql`
    SELECT batch_id AS id, count(*)::int AS size, count(*) FILTER (WHERE settlement = 'settled')::int AS settled_count,
      coalesce(sum(amount_base), 0)::text AS amount_base
    FROM payment WHERE batch_id = ANY(${rows.map(({ id }) => id)}::uuid[]) AND merchant_id = ${reader.merchantId}::uuid GROUP BY 1`)
  return new Map(sums.map(({ id, ...share }) => [id, share]))
}

type ChannelShare = Share & {
  payments: number
  units: string
  /** The payments of all merchants, because they share the transaction's gas. */
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
 * The reader's share of channel batches. A pending settlement counts with the amount that it will pay. A row counts
 * units and vouchers since the channel's beginning, so its own part is the difference to the row before it.
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
