import type { Ctx } from '../ctx'
import { log } from '../log'
import { findChannel, type TopUp } from '@/lib/channels'
import { db, sql } from '@/lib/db'
import { awaitOutcome } from '@/lib/execution'
import type { Caip2 } from '@/lib/money'
import { applyOpening } from './open-channel'
import { applyTopUp } from './top-up-channel'

const batchMax = 100
const readDeadlineMs = 1_000

/** A transaction whose outcome stands: a revert only once its block is final. */
const isOver = sql`(t.status IN ('final', 'reverted', 'failed', 'expired', 'cancelled')
  OR (t.status IN ('included', 'safe') AND t.error IS NULL))`

/**
 * Books openings and top-ups whose transaction has run while nobody waited: after a crash, or after a request gave up. Safe to
 * run anywhere at any time.
 * @returns how many were booked.
 */
export async function advanceOpenings(ctx: Ctx): Promise<number> {
  const openings = await db.query<{ id: string; transactionId: string }>(sql`
    SELECT c.id, t.id AS "transactionId" FROM channel c JOIN transaction t ON t.id = c.open_transaction_id
    WHERE c.status = 'opening' AND ${isOver} ORDER BY c.created_at LIMIT ${batchMax}`)
  const topUps = await db.query<TopUp & { network: Caip2 }>(sql`
    SELECT u.transaction_id AS "transactionId", u.channel_id AS "channelId", u.hash, u.amount_base AS "amountBase", t.network
    FROM channel_top_up u JOIN transaction t ON t.id = u.transaction_id
    WHERE u.applied_at IS NULL AND u.error IS NULL AND ${isOver} ORDER BY u.created_at LIMIT ${batchMax}`)
  let moved = 0
  for (const { id, transactionId } of openings)
    moved += await attempt({ channelId: id, transactionId }, async () => {
      const channel = await findChannel(id)
      const outcome = await awaitOutcome(transactionId, 0)
      return channel ? applyOpening(ctx, channel, asProof(outcome), readDeadlineMs) : undefined
    })
  for (const { network, ...topUp } of topUps)
    moved += await attempt(topUp, async () =>
      applyTopUp(ctx, network, topUp, asProof(await awaitOutcome(topUp.transactionId, 0)), readDeadlineMs),
    )
  return moved
}

/** Only final reverts come here, and a final revert is proof like any other. */
function asProof(outcome: Awaited<ReturnType<typeof awaitOutcome>>): typeof outcome {
  return outcome.kind === 'reverted' ? { kind: 'failed', reason: outcome.reason } : outcome
}

async function attempt(
  about: { channelId: string; transactionId: string },
  work: () => Promise<{ kind: string } | undefined>,
): Promise<number> {
  try {
    const done = await work()
    return done === undefined || done.kind === 'unknown' ? 0 : 1
  } catch (error) {
    log().warn({ err: error, ...about }, 'an opening or top-up could not be booked yet')
    return 0
  }
}
