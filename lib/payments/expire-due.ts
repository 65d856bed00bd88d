import type { Ctx } from '../ctx'
import { log } from '../log'
import { db, isDead, sql, type Sql } from '@/lib/db'
import { keptMs } from './Payment'
import { refundPayment } from './refund-payment'
import { voidPayments } from './void-payments'

const batchMax = 200
/** What could not be resolved is tried again after about so long, and stands behind everything else meanwhile. */
const retrySeconds = 60

type Orphan = { id: string; settlement: string }

/** Looked at once more by the statements that write: a process that slept may have come back for its payment. */
const isOrphaned = sql`payment.status = 'authorized' AND (payment.owner_id IS NULL OR ${isDead(sql`payment.owner_id`)})`

const due: Sql = sql`
  FROM payment WHERE ${isOrphaned} AND settlement IN ('none', 'settled')
    AND (settlement = 'none' OR upstream_started_at IS NOT NULL OR settled_at < now() - make_interval(secs => ${keptMs / 1000}))
    AND (resolve_at IS NULL OR resolve_at <= now())`

/** SQL condition: `expireDue` has something to do. */
export const toExpire: Sql = sql`EXISTS (SELECT ${due})`

/**
 * Resolves payments that nobody serves any more (their process died, or their request gave up): unsettled
 * ones are voided, settled ones whose upstream may have been called are refunded. A settled one whose
 * upstream was never called waits for its agent to come back, as long as an answer would be kept. One that cannot be resolved
 * keeps no other from it. Safe to run anywhere at any time: every step is guarded by the row's state.
 * @returns how many were resolved.
 */
export async function expireDue(ctx: Ctx): Promise<number> {
  const orphans = await db.query<Orphan>(sql`
    SELECT id, settlement ${due} ORDER BY created_at LIMIT ${batchMax}`)
  return resolve(ctx, orphans)
}

/** The same for one payment, at once: its agent asks again and should not wait for the next tick. */
export async function expirePayment(ctx: Ctx, paymentId: string): Promise<number> {
  const orphans = await db.query<Orphan>(sql`
    SELECT id, settlement FROM payment
    WHERE id = ${paymentId} AND ${isOrphaned}
      AND (settlement = 'none' OR (settlement = 'settled' AND upstream_started_at IS NOT NULL))`)
  return resolve(ctx, orphans)
}

async function resolve(ctx: Ctx, orphans: readonly Orphan[]): Promise<number> {
  const unsettled = orphans.filter((orphan) => orphan.settlement === 'none').map((orphan) => orphan.id)
  let moved = 0
  try {
    moved = await voidThem(ctx, unsettled)
  } catch {
    // One of them is why; the others are none the worse for it.
    for (const id of unsettled) moved += await orLater(ctx, id, () => voidThem(ctx, [id]))
  }
  for (const { id, settlement } of orphans)
    if (settlement === 'settled') moved += await orLater(ctx, id, () => refund(ctx, id))
  return moved
}

function voidThem(ctx: Ctx, ids: readonly string[]): Promise<number> {
  if (ids.length === 0 || ctx.isLate()) return Promise.resolve(0)
  return voidPayments(ctx, ids, 'The request ended before its payment was settled.', isOrphaned)
}

async function refund(ctx: Ctx, id: string): Promise<number> {
  const reason = 'The payment was settled, but no answer could be given.'
  return (await refundPayment(ctx, id, reason, isOrphaned)) ? 1 : 0
}

async function orLater(ctx: Ctx, id: string, work: () => Promise<number>): Promise<number> {
  if (ctx.isLate()) return 0
  try {
    return await work()
  } catch (error) {
    log().warn({ err: error, paymentId: id }, 'a payment that nobody serves could not be resolved yet')
    await db.execute(sql`
      UPDATE payment SET resolve_at = now() + make_interval(secs => ${retrySeconds} * (0.5 + random()))
      WHERE id = ${id} AND status = 'authorized'`)
    return 0
  }
}
