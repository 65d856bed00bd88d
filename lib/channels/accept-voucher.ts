import { db, prepared, processId, sql, stayAlive, type Sql } from '@/lib/db'
import { groupCommit } from './group-commit'
import { countOutstanding, resyncLater, untilInSync } from './outstanding'

/** The credit that a request needs from a channel before its upstream is called. Amounts in base units. */
export type CreditRequest = {
  channelId: string
  /** The voucher of the request, its signature checked. Absent: the request uses the credit that is already there. */
  voucher?: { cumulativeBase: bigint; signature: Buffer } | undefined
  /** The amount to reserve; zero only stores the voucher. */
  amountBase: bigint
  /**
   * x402: the voucher alone must cover this request, on top of what was spent. It may then be lower than an earlier voucher: a
   * metered request can cost less than it reserved, and the next voucher continues from the lower amount. MPP (false): the
   * voucher only raises the channel's credit.
   */
  isForItself?: boolean
  /** The least that a higher voucher must add to the last one. */
  minDeltaBase: bigint
  vouchersPerSecond: number | null
  /**
   * The most that may be spent or reserved and not settled: by the channel, and by all channels of its payer with the merchant.
   */
  channelMaxBase: bigint | null
  payerMaxBase: bigint | null
}

export type CreditVerdict =
  | 'granted'
  | 'not-found'
  | 'finalized'
  | 'exceeds-deposit'
  | 'not-increasing'
  | 'delta-too-small'
  | 'rate-limited'
  | 'insufficient'
  | 'limit-reached'

/** The verdict, and the channel's amounts after it. */
export type CreditReservation = {
  verdict: CreditVerdict
  acceptedBase: bigint
  spentBase: bigint
  reservedBase: bigint
  depositBase: bigint
  settledBase: bigint
  units: bigint
}

const groupMax = 256

/** Vouchers may arrive in a burst of this many seconds' worth. */
const burstSeconds = 1

/**
 * Stores a voucher and reserves an amount of the channel's credit for one delivery. When the verdict is `granted`, the voucher
 * is stored and the amount is reserved for this caller, even if this process dies. `commitCharge` releases every reservation,
 * charged or not. Never charges anything. Calls of one process that wait at the same moment share one statement, which judges
 * them in order; across processes the lock on the channel's row does.
 * @throws AppError unavailable if the database cannot be reached: then nothing may be delivered.
 */
export async function acceptVoucher(wanted: CreditRequest): Promise<CreditReservation> {
  await stayAlive()
  await untilInSync(wanted.channelId)
  const { channelId, amountBase } = wanted
  countOutstanding(channelId, amountBase)
  try {
    const reserved = await reserve(wanted)
    if (reserved.verdict !== 'granted') countOutstanding(channelId, -amountBase)
    return reserved
  } catch (error) {
    // The write may have happened. What no request of this process holds is released when the database answers again.
    countOutstanding(channelId, -amountBase)
    resyncLater(channelId)
    throw error
  }
}

const reserve = groupCommit<CreditRequest, CreditReservation>(
  async (group) => db.query<CreditReservation>(statement(group)),
  groupMax,
)

/** Notifications that a channel that a paused stream waits for got a voucher. Payload: the channel's id. */
export const creditTopic = 'channel_credit'
/** One row for each request, in the order of arrival. */
function inputOf(group: readonly CreditRequest[]): Sql {
  return sql`
      SELECT * FROM unnest(
        ${group.map(({ channelId }) => channelId)}::text[],
        ${group.map(({ voucher }) => voucher?.cumulativeBase ?? null)}::numeric[],
        ${group.map(({ voucher }) => voucher?.signature ?? null)}::bytea[],
        ${group.map(({ amountBase }) => amountBase)}::numeric[],
        ${group.map(({ minDeltaBase }) => minDeltaBase)}::numeric[],
        ${group.map(({ vouchersPerSecond }) => vouchersPerSecond)}::float8[],
        ${group.map(({ channelMaxBase }) => channelMaxBase)}::numeric[],
        ${group.map(({ payerMaxBase }) => payerMaxBase)}::numeric[],
        ${group.map(({ isForItself = false }) => isForItself)}::boolean[]
      ) WITH ORDINALITY AS i(channel_id, cumulative, signature, amount, min_delta, rate, channel_max, payer_max, for_itself, n)`
}

/** The verdict on each voucher by itself; the credit is granted after it. */
const judged = sql`
      SELECT *, CASE
        WHEN id IS NULL OR status IN ('opening', 'failed') THEN 'not-found'
        WHEN status <> 'open' OR close_requested_at IS NOT NULL THEN 'finalized'
        WHEN cumulative > deposit_base THEN 'exceeds-deposit'
        WHEN cumulative < highest AND NOT for_itself THEN 'not-increasing'
        WHEN cumulative > highest AND cumulative - highest < min_delta THEN 'delta-too-small'
        WHEN cumulative IS NOT NULL AND rate IS NOT NULL
          AND rate_from + make_interval(secs => pace / rate) > now() + make_interval(secs => ${burstSeconds} + 1 / rate)
          THEN 'rate-limited'
        ELSE 'granted' END AS voucher_verdict
      FROM ordered`

/** The channel, the holds of this process, and the streams that wait for credit. */
const writes = sql`
    written AS (
      UPDATE channel c SET accepted_base = t.credit,
        accepted_signature = CASE WHEN t.credit > c.accepted_base THEN t.signature ELSE c.accepted_signature END,
        reserved_base = c.reserved_base + t.held, vouchers = c.vouchers + t.vouchers, rate_at = t.rate_at,
        last_voucher_at = now(), wanted_at = CASE WHEN t.credit > c.accepted_base THEN NULL ELSE c.wanted_at END
      FROM totals t
      WHERE c.id = t.channel_id AND (t.credit > c.accepted_base OR t.held > 0)
        AND c.status = 'open' AND c.close_requested_at IS NULL AND t.credit >= c.accepted_base AND t.credit <= greatest(c.deposit_base, c.accepted_base)
        AND c.spent_base + c.reserved_base + t.held <= t.credit
      RETURNING c.id
    ), held AS (
      INSERT INTO channel_hold (channel_id, owner_id, amount_base)
      SELECT t.channel_id, ${processId}::uuid, t.held FROM totals t JOIN written w ON w.id = t.channel_id WHERE t.held > 0
      ON CONFLICT (channel_id, owner_id) DO UPDATE SET amount_base = channel_hold.amount_base + EXCLUDED.amount_base
    ), woken AS (
      SELECT pg_notify(${creditTopic}, t.channel_id) FROM totals t JOIN locked c ON c.id = t.channel_id
      WHERE c.wanted_at IS NOT NULL AND t.credit > c.accepted_base`

/**
 * One statement for a whole group. `locked` locks the rows in the order of their ids, so that two processes never wait for each
 * other; `judged` checks each voucher in the order of arrival; `decided` grants credit in that order; the WHERE of `written`
 * repeats the guards.
 */
function statement(group: readonly CreditRequest[]): Sql {
  const ids = [...new Set(group.map(({ channelId }) => channelId))]
  const hasPayerMax = group.some(({ payerMaxBase }) => payerMaxBase !== null)
  const text = sql`
    WITH input AS (${inputOf(group)}
    ), locked AS (
      SELECT * FROM channel c WHERE ${hasPayerMax ? siblings(ids) : sql`c.id = ANY(${ids}::text[])`}
      ORDER BY c.id FOR NO KEY UPDATE
    ), ordered AS (
      SELECT i.*, c.id, c.status, c.close_requested_at, c.payer, c.merchant_id, c.deposit_base, c.accepted_base, c.spent_base,
        c.reserved_base, c.settled_base, c.units, greatest(c.rate_at, now()) AS rate_from,
        greatest(c.accepted_base, max(i.cumulative) FILTER (WHERE i.cumulative <= c.deposit_base)
          OVER (PARTITION BY i.channel_id ORDER BY i.n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS highest,
        count(i.cumulative) OVER (PARTITION BY i.channel_id ORDER BY i.n) AS pace
      FROM input i LEFT JOIN locked c ON c.id = i.channel_id
    ), judged AS (${judged}
    ), ranked AS (
      SELECT *,
        greatest(accepted_base, max(cumulative) FILTER (WHERE voucher_verdict = 'granted') OVER (PARTITION BY channel_id)) AS credit,
        spent_base + reserved_base
          + sum(amount) FILTER (WHERE voucher_verdict = 'granted') OVER (PARTITION BY channel_id ORDER BY n) AS used
        ${hasPayerMax ? payerUsed : sql``}
      FROM judged
    ), decided AS (
      SELECT *, CASE
        WHEN voucher_verdict <> 'granted' THEN voucher_verdict
        WHEN amount = 0 THEN 'granted'
        WHEN used > least(credit, deposit_base) OR (for_itself AND used > cumulative) THEN 'insufficient'
        WHEN used - settled_base > channel_max THEN 'limit-reached'
        ${hasPayerMax ? beyondPayerMax : sql``}
        ELSE 'granted' END AS verdict
      FROM ranked
    ), totals AS (
      SELECT channel_id, max(credit) AS credit,
        (array_agg(signature ORDER BY cumulative DESC NULLS LAST) FILTER (WHERE voucher_verdict = 'granted'))[1] AS signature,
        coalesce(sum(amount) FILTER (WHERE verdict = 'granted'), 0) AS held,
        count(cumulative) FILTER (WHERE voucher_verdict = 'granted' AND cumulative > highest) AS vouchers,
        max(rate_from) + make_interval(secs => coalesce(
          count(cumulative) FILTER (WHERE voucher_verdict = 'granted') / nullif(max(rate), 0), 0)) AS rate_at
      FROM decided WHERE id IS NOT NULL GROUP BY channel_id
    ), ${writes}
    )
    SELECT CASE
        WHEN d.verdict = 'granted' AND (d.amount > 0 OR d.cumulative > d.accepted_base) AND w.id IS NULL THEN 'finalized'
        ELSE d.verdict END AS verdict,
      coalesce(t.credit, d.accepted_base, 0) AS accepted_base, coalesce(d.spent_base, 0) AS spent_base,
      coalesce(d.reserved_base + t.held, 0) AS reserved_base, coalesce(d.deposit_base, 0) AS deposit_base,
      coalesce(d.settled_base, 0) AS settled_base, coalesce(d.units, 0) AS units, (SELECT count(*) FROM woken) AS woken
    FROM decided d LEFT JOIN totals t ON t.channel_id = d.channel_id LEFT JOIN written w ON w.id = d.channel_id
    ORDER BY d.n`
  return prepared(hasPayerMax ? 'reserve-charge-payer' : 'reserve-charge', text)
}

/** These channels and all other channels of their payers, so that a payer's sum cannot change during the statement. */
function siblings(ids: readonly string[]): Sql {
  return sql`(c.merchant_id, c.network, c.asset, c.payer) IN (
    SELECT s.merchant_id, s.network, s.asset, s.payer FROM channel s WHERE s.id = ANY(${ids}::text[])) AND c.status <> 'closed'`
}

const payerUsed = sql`,
  sum(amount) FILTER (WHERE voucher_verdict = 'granted') OVER (PARTITION BY merchant_id, payer ORDER BY n)
    + (SELECT sum(greatest(s.spent_base + s.reserved_base - s.settled_base, 0)) FROM locked s
       WHERE s.payer = judged.payer AND s.merchant_id = judged.merchant_id) AS payer_used`

const beyondPayerMax = sql`WHEN payer_used > payer_max THEN 'limit-reached'`
