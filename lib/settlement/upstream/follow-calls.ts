import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { db, sql } from '@/lib/db'
import { lookAtChain } from './look-at-chain'

const batchMax = 50
/** Until the next look where this one fails, at first. */
const againMs = 5_000

/**
 * Looks at the chain for payments that upstreams have and nobody waits for: after a crash, after a request gave up, and after a
 * refusal, until the payer's authorisation can move no more. Safe to run anywhere at any time.
 * @returns how many were looked at.
 */
export async function followCalls(ctx: Ctx, budgetMs: number): Promise<number> {
  const untilMs = Date.now() + budgetMs / 2
  const due = await db.query<{ id: string }>(sql`
    UPDATE facilitator_call SET due_at = now()
      + greatest(make_interval(secs => ${againMs / 1000}), least((now() - created_at) / 8, interval '1 minute'))
    WHERE payment_id IN (
      SELECT payment_id FROM facilitator_call WHERE due_at <= now() AND ended_at IS NULL
      ORDER BY due_at LIMIT ${batchMax} FOR UPDATE SKIP LOCKED)
    RETURNING payment_id AS id`)
  let looked = 0
  for (const { id } of due) {
    if (Date.now() > untilMs) break
    try {
      await lookAtChain(ctx, id)
      looked += 1
    } catch (error) {
      log().warn({ err: error, paymentId: id }, 'what an upstream did cannot be told yet')
    }
  }
  return looked
}
