import type { Address } from 'viem'
import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { BatchSettlement, readReceiver } from '@/lib/chains'
import { db, sql, withTransaction } from '@/lib/db'
import { enqueueTransaction, submitNow } from '@/lib/execution'
import type { Caip2 } from '@/lib/money'
import { askUpstream } from './ask-upstream'
import { findClaimRoute } from './find-claim-route'
import { takeTrial } from './find-route'
import * as Wire from './Wire'

// The batch-settlement escrow takes two steps: a claim says what is a payee's, and a payout moves it. Our own batches do both at once;
// another facilitator is asked for one after the other, so a row says for whom a claim may wait for its payout.

type Receiver = { merchantId: string; network: Caip2; payee: Address; asset: Address }

/** Until nothing more can come of a claim that an upstream was asked for. */
const watch = '1 hour'
const againMs = 5_000
/** Looked at this often while nothing is to be paid out. */
const idleMs = 60_000
const batchMax = 50

/** Says, before anything is asked of anybody, that a payee may soon have claims that are to be paid out. Twice is once. */
export async function expectPayout({ merchantId, network, payee, asset }: Receiver, afterMs: number): Promise<void> {
  await db.execute(sql`
    INSERT INTO channel_payout (merchant_id, network, payee, asset, due_at, watch_until)
    VALUES (${merchantId}::uuid, ${network}, ${payee}, ${asset}, now() + make_interval(secs => ${afterMs / 1000}),
      now() + ${watch}::interval)
    ON CONFLICT (merchant_id, network, payee, asset) DO UPDATE SET due_at = EXCLUDED.due_at, watch_until = EXCLUDED.watch_until`)
}

/** Has what was claimed for a payee paid out. What goes wrong is left to `payOut`. */
export async function payOutNow(ctx: Ctx, receiver: Receiver): Promise<void> {
  try {
    await payOutOne(ctx, receiver)
  } catch (error) {
    log().warn({ err: error, payee: receiver.payee }, 'what was claimed could not be paid out yet')
  }
}

/**
 * Looks at the payees for whom others were asked to claim, and has paid out what is left of it, until nothing more can come. Safe to
 * run anywhere at any time: a payout that finds nothing moves nothing.
 * @returns how many were looked at.
 */
export async function payOut(ctx: Ctx, budgetMs: number): Promise<number> {
  const untilMs = Date.now() + budgetMs / 2
  const due = await db.query<Receiver>(sql`
    UPDATE channel_payout SET due_at = now() + make_interval(secs => ${againMs / 1000})
    WHERE (merchant_id, network, payee, asset) IN (
      SELECT merchant_id, network, payee, asset FROM channel_payout WHERE due_at <= now()
      ORDER BY due_at LIMIT ${batchMax} FOR UPDATE SKIP LOCKED)
    RETURNING merchant_id AS "merchantId", network, payee, asset`)
  for (const receiver of due) {
    if (Date.now() > untilMs) break
    await payOutNow(ctx, receiver)
  }
  return due.length
}

async function payOutOne(ctx: Ctx, receiver: Receiver): Promise<void> {
  const { merchantId, network, payee, asset } = receiver
  const { claimedBase, paidOutBase } = await readReceiver(network, { receiver: payee, token: asset })
  if (claimedBase <= paidOutBase) return rest(receiver)
  const route = await findClaimRoute(merchantId, network)
  for (const { upstream, state } of route?.candidates ?? []) {
    if (state === 'half-open' && !(await takeTrial(upstream))) continue
    const asked = await askUpstream(
      upstream,
      { kind: 'settle', body: Wire.toPayout(receiver) },
      (answer) => Wire.readSettle(answer, network).kind !== 'silent',
    )
    // Only who has nothing to do with it any more is passed over; what the others say is seen at the next look.
    if (asked.kind === 'silent' || (asked.kind === 'answered' && isTaken(Wire.readSettle(asked.answer, network))))
      return
  }
  if (route && !route.local) return
  const to = BatchSettlement.address
  const data = BatchSettlement.settleData({ receiver: payee, token: asset }, [], [])
  const { id } = await withTransaction((tx) =>
    enqueueTransaction(tx, ctx, { kind: 'call', network, purpose: 'settlement', to, data, value: 0n }),
  )
  await defer(receiver, idleMs)
  await submitNow(ctx, id)
}

function isTaken(told: Wire.Told): boolean {
  return told.kind !== 'refused'
}

/** Nothing is left: looked at now and then, and forgotten when nothing more can come. */
async function rest(receiver: Receiver): Promise<void> {
  const { merchantId, network, payee, asset } = receiver
  const gone = await db.execute(sql`
    DELETE FROM channel_payout WHERE merchant_id = ${merchantId}::uuid AND network = ${network} AND payee = ${payee}
      AND asset = ${asset} AND watch_until < now()`)
  if (gone === 0) await defer(receiver, idleMs)
}

async function defer({ merchantId, network, payee, asset }: Receiver, forMs: number): Promise<void> {
  await db.execute(sql`
    UPDATE channel_payout SET due_at = now() + make_interval(secs => ${forMs / 1000})
    WHERE merchant_id = ${merchantId}::uuid AND network = ${network} AND payee = ${payee} AND asset = ${asset}`)
}
