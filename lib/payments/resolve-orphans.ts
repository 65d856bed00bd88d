import type { Ctx } from '../ctx'
import { log } from '../log'
import { db, isDead, sql } from '@/lib/db'
import { refundPayment } from './refund-payment'
import { voidPayments } from './void-payments'

/** A payment that could not be resolved is tried again after about this long, and stands behind all others meanwhile. */
const retrySeconds = 60

export type Orphan = { id: string; settlement: string }

/** The writing statements check it again: a process that slept may have come back for its payment. */
export const isOrphaned = sql`payment.status = 'authorized' AND (payment.owner_id IS NULL OR ${isDead(sql`payment.owner_id`)})`

/** The money of these has moved before they were claimed: they are never voided (`adoptProofs`). */
export const hasMoved = sql`payment.instrument->>'kind' = 'preimage'`

export async function resolveOrphans(ctx: Ctx, orphans: readonly Orphan[]): Promise<number> {
  const unsettled = orphans.filter((orphan) => orphan.settlement === 'none').map((orphan) => orphan.id)
  let moved = 0
  try {
    moved = await voidThem(ctx, unsettled)
  } catch {
    // One of them is the cause; the others are resolved one by one.
    for (const id of unsettled) moved += await orLater(ctx, id, () => voidThem(ctx, [id]))
  }
  for (const { id, settlement } of orphans)
    if (settlement === 'settled') moved += await orLater(ctx, id, () => refund(ctx, id))
  return moved
}

function voidThem(ctx: Ctx, ids: readonly string[]): Promise<number> {
  if (ids.length === 0 || ctx.isLate()) return Promise.resolve(0)
  return voidPayments(
    ctx,
    ids,
    'The request ended before its payment was settled.',
    sql`${isOrphaned} AND NOT ${hasMoved}`,
  )
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
    log().warn({ err: error, paymentId: id }, 'a payment without a request could not be resolved yet')
    await db.execute(sql`
      UPDATE payment SET resolve_at = now() + make_interval(secs => ${retrySeconds} * (0.5 + random()))
      WHERE id = ${id} AND status = 'authorized'`)
    return 0
  }
}
