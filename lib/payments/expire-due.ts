import type { Ctx } from '../ctx'
import { db, isDead, sql } from '@/lib/db'
import { keptMs } from './Payment'
import { refundPayment } from './refund-payment'
import { voidPayments } from './void-payments'

const batchMax = 200

type Orphan = { id: string; settlement: string }

/**
 * Resolves payments that nobody serves any more (their process died, or their request gave up): unsettled
 * ones are voided, settled ones whose upstream may have been called are refunded. A settled one whose
 * upstream was never called waits for its agent to come back, as long as an answer would be kept. Safe to
 * run anywhere at any time: every step is guarded by the row's state.
 * @returns how many were resolved.
 */
export async function expireDue(ctx: Ctx): Promise<number> {
  const orphans = await db.query<Orphan>(sql`
    SELECT id, settlement FROM payment
    WHERE status = 'authorized' AND settlement IN ('none', 'settled')
      AND (owner_id IS NULL OR ${isDead(sql`payment.owner_id`)})
      AND (settlement = 'none' OR upstream_started_at IS NOT NULL OR settled_at < now() - make_interval(secs => ${keptMs / 1000}))
    ORDER BY created_at LIMIT ${batchMax}`)
  return resolve(ctx, orphans)
}

/** The same for one payment, at once: its agent asks again and should not wait for the next tick. */
export async function expirePayment(ctx: Ctx, paymentId: string): Promise<number> {
  const orphans = await db.query<Orphan>(sql`
    SELECT id, settlement FROM payment
    WHERE id = ${paymentId} AND status = 'authorized' AND (owner_id IS NULL OR ${isDead(sql`payment.owner_id`)})
      AND (settlement = 'none' OR (settlement = 'settled' AND upstream_started_at IS NOT NULL))`)
  return resolve(ctx, orphans)
}

async function resolve(ctx: Ctx, orphans: readonly Orphan[]): Promise<number> {
  const unsettled = orphans.filter((orphan) => orphan.settlement === 'none').map((orphan) => orphan.id)
  let moved = await voidPayments(ctx, unsettled, 'The request ended before its payment was settled.')
  for (const orphan of orphans) {
    if (orphan.settlement !== 'settled') continue
    const refunded = await refundPayment(ctx, orphan.id, 'The payment was settled, but no answer could be given.')
    if (refunded) moved += 1
  }
  return moved
}

/** Forgets answers whose time is over. */
export async function forgetAnswers(): Promise<number> {
  return db.execute(sql`DELETE FROM payment_answer WHERE expires_at < now()`)
}
