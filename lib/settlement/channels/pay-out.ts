import type { Address } from 'viem'
import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { BatchSettlement, Chain, readReceiver } from '@/lib/chains'
import { db, sql, withTransaction, type Sql, type Tx } from '@/lib/db'
import { enqueueTransaction, submitNow } from '@/lib/execution'
import type { Caip2 } from '@/lib/money'
import { askFacilitator, distrustFacilitator } from '@/lib/remote-facilitators'
import { findClaimRoute, type ClaimRoute } from '@/lib/remote-facilitators'
import { takeTrial, type RouteCandidate } from '@/lib/remote-facilitators'
import { Codec } from '@/lib/remote-facilitators'

// The batch-settlement escrow takes two steps: a claim says what is a payee's, and a payout moves it. Our own batches do both at once;
// another facilitator is asked for one after the other, so a row says for whom a claim may wait for its payout.

type Receiver = { merchantId: string; network: Caip2; payee: Address; asset: Address }

type Owed = Receiver & {
  /** Who was asked last, how long ago, for a payout up to which total, and whether it said that it did. */
  askedId: string | null
  askedAgoMs: number | null
  askedBase: bigint | null
  saidPaid: boolean
  tries: number
  /** Our own payout, while it is on its way. */
  isOnItsWay: boolean
}

/** Until nothing more can come of a claim that a facilitator was asked for. */
const watch = '1 hour'
const againMs = 5_000
/** Looked at this often while nothing is to be paid out, and where nobody does it. */
const idleMs = 60_000
const tryMsMax = 10 * 60_000
/** A payout is waited for so many blocks before somebody else is asked. */
const blocksMax = 4
const waitMsMin = 5_000
/** Less than a payment's: nobody waits for the answer, and others wait for their turn. */
const askMsMax = 10_000
const atOnce = 8

/** Says, before anything is asked of anybody, that a payee may soon have claims that are to be paid out. Twice is once. */
export async function expectPayout({ merchantId, network, payee, asset }: Receiver, afterMs: number): Promise<void> {
  await db.execute(sql`
    INSERT INTO channel_payout (merchant_id, network, payee, asset, due_at, watch_until)
    VALUES (${merchantId}::uuid, ${network}, ${payee}, ${asset}, now() + make_interval(secs => ${afterMs / 1000}),
      now() + ${watch}::interval)
    ON CONFLICT (merchant_id, network, payee, asset) DO UPDATE
    SET due_at = least(channel_payout.due_at, EXCLUDED.due_at), watch_until = EXCLUDED.watch_until`)
}

/** Has what was just claimed for a payee paid out. What goes wrong is left to `payOut`. */
export async function payOutNow(ctx: Ctx, receiver: Receiver): Promise<void> {
  const [owed] = await claimRows(isOf(receiver), sql`LIMIT 1 FOR UPDATE`)
  if (owed) await payOutOne(ctx, owed)
}

/** SQL condition: `payOut` has something to do. */
export const toPayOut: Sql = sql`EXISTS (SELECT FROM channel_payout WHERE due_at <= now())`

/**
 * Looks at the payees for whom others were asked to claim, and has paid out what is left of it, until nothing more can come. One of
 * each merchant at a time, so that nobody's facilitator holds up anybody else. Safe to run anywhere at any time: a payout that finds
 * nothing moves nothing.
 * @returns how many were looked at.
 */
export async function payOut(ctx: Ctx, budgetMs: number): Promise<number> {
  const untilMs = Date.now() + budgetMs / 2
  let looked = 0
  while (Date.now() < untilMs) {
    const owed = await claimRows(
      sql`(merchant_id, network, payee, asset) IN (
        SELECT DISTINCT ON (merchant_id) merchant_id, network, payee, asset FROM channel_payout WHERE due_at <= now()
        ORDER BY merchant_id, due_at)`,
      sql`LIMIT ${atOnce} FOR UPDATE SKIP LOCKED`,
    )
    if (owed.length === 0) break
    await Promise.all(owed.map((one) => payOutOne(ctx, one)))
    looked += owed.length
  }
  return looked
}

/** Rows that this process looks at now: nobody else does until they are due again. */
function claimRows(which: Sql, lock: Sql): Promise<Owed[]> {
  return db.query<Owed>(sql`
    WITH mine AS (
      SELECT merchant_id, network, payee, asset FROM channel_payout WHERE ${which}
      ORDER BY due_at ${lock})
    UPDATE channel_payout c SET due_at = now() + make_interval(secs => ${(askMsMax + againMs) / 1000})
    FROM mine m WHERE (c.merchant_id, c.network, c.payee, c.asset) = (m.merchant_id, m.network, m.payee, m.asset)
    RETURNING c.merchant_id, c.network, c.payee, c.asset, c.asked_id,
      extract(epoch FROM now() - c.asked_at)::float8 * 1000 AS asked_ago_ms, c.asked_base, c.said_paid, c.tries,
      EXISTS (SELECT FROM transaction t WHERE t.id = c.transaction_id AND t.status IN ('queued', 'held', 'signed', 'submitted'))
        AS is_on_its_way`)
}

/** Never throws: what cannot be done now is done when it is due again. */
async function payOutOne(ctx: Ctx, owed: Owed): Promise<void> {
  try {
    const dueMs = await look(ctx, owed)
    await write(owed, sql`due_at = now() + make_interval(secs => ${dueMs / 1000})`)
  } catch (error) {
    log().warn({ err: error, payee: owed.payee }, 'what was claimed could not be paid out yet')
  }
}

/** @returns how long until the next look. */
async function look(ctx: Ctx, owed: Owed): Promise<number> {
  const { merchantId, network, payee, asset, askedAgoMs } = owed
  const { claimedBase, paidOutBase } = await readReceiver(network, { receiver: payee, token: asset })
  if (claimedBase <= paidOutBase) return rest(owed)
  await write(owed, sql`owed_since = coalesce(owed_since, now())`)
  if (owed.isOnItsWay) return againMs
  // Who paid out what it was asked for is asked first for what was claimed since.
  const isDone = owed.askedBase !== null && paidOutBase >= owed.askedBase
  const askedId = isDone ? null : owed.askedId
  const waitMs = Math.max(waitMsMin, blocksMax * Chain.get(network).blockTimeMs)
  if (askedId !== null && askedAgoMs !== null && askedAgoMs < waitMs) return waitMs - askedAgoMs
  if (askedId !== null && owed.saidPaid)
    await distrustFacilitator(askedId, 'It says that it paid out what was claimed, and the chain does not show it.')
  const route = await findClaimRoute(merchantId, network)
  for (const candidate of after(route, askedId)) if (await ask(owed, candidate, claimedBase)) return waitMs
  if (route && !route.local) {
    await write(owed, sql`${forgotten}, tries = tries + 1`)
    return Math.min(tryMsMax, againMs * 2 ** owed.tries)
  }
  // Whoever refused may have seen it paid already.
  const now = await readReceiver(network, { receiver: payee, token: asset })
  return now.claimedBase > now.paidOutBase ? payOutOurselves(ctx, owed) : rest(owed)
}

async function payOutOurselves(ctx: Ctx, owed: Owed): Promise<number> {
  const { network, payee, asset } = owed
  const to = BatchSettlement.address
  const data = BatchSettlement.settleData({ receiver: payee, token: asset }, [], [])
  const call = { kind: 'call' as const, network, purpose: 'settlement' as const, to, data, value: 0n }
  const id = await withTransaction(async (tx) => {
    const queued = await enqueueTransaction(tx, ctx, call)
    await write(owed, sql`${forgotten}, transaction_id = ${queued.id}::uuid`, tx)
    return queued.id
  })
  await submitNow(ctx, id)
  return againMs
}

const forgotten = sql`asked_id = NULL, asked_at = NULL, asked_base = NULL, said_paid = false`

/** The facilitators that come after the one that was asked last. */
function after(route: ClaimRoute | undefined, askedId: string | null): readonly RouteCandidate[] {
  const candidates = route?.candidates ?? []
  return candidates.slice(candidates.findIndex(({ facilitator }) => facilitator.id === askedId) + 1)
}

/** Whether it may do it: it did not refuse, and was there. What it says counts for nothing but its own trust. */
async function ask(owed: Owed, { facilitator, state }: RouteCandidate, claimedBase: bigint): Promise<boolean> {
  if (state === 'half-open' && !(await takeTrial(facilitator))) return false
  await write(
    owed,
    sql`asked_id = ${facilitator.id}::uuid, asked_at = now(), asked_base = ${claimedBase}, said_paid = false`,
  )
  const asked = await askFacilitator(
    facilitator,
    { kind: 'settle', body: Codec.toPayout(owed) },
    (answer) => Codec.readSettle(answer, owed.network).kind !== 'silent',
    Math.min(askMsMax, facilitator.timeoutMs),
  )
  if (asked.kind === 'unsent') return false
  const told = asked.kind === 'answered' ? Codec.readSettle(asked.answer, owed.network).kind : 'silent'
  if (told === 'claimed') await write(owed, sql`said_paid = true`)
  return told !== 'refused'
}

/** Nothing is left: looked at now and then, and forgotten when nothing more can come. */
async function rest(owed: Owed): Promise<number> {
  await write(owed, sql`${forgotten}, owed_since = NULL, tries = 0, transaction_id = NULL`)
  await db.execute(sql`DELETE FROM channel_payout WHERE ${isOf(owed)} AND watch_until < now()`)
  return idleMs
}

function isOf({ merchantId, network, payee, asset }: Receiver): Sql {
  return sql`merchant_id = ${merchantId}::uuid AND network = ${network} AND payee = ${payee} AND asset = ${asset}`
}

async function write(owed: Owed, change: Sql, using: Tx = db): Promise<void> {
  await using.execute(sql`UPDATE channel_payout SET ${change} WHERE ${isOf(owed)}`)
}
