import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { TransportError } from '@/lib/chains'
import { findChannel, postponeChannels, postponeTopUp, type TopUp } from '@/lib/channels'
import { db, sql, type Sql } from '@/lib/db'
import { awaitOutcome } from '@/lib/execution'
import type { Caip2 } from '@/lib/money'
import { applyOpening } from './apply-opening'
import { channelNetworks } from './settle-channels'
import { applyTopUp } from './apply-top-up'

const batchMax = 100
const readDeadlineMs = 1_000
/** Longest delay after looks without a result. */
const putOffMs = 300_000

/** The outcome of the transaction stands; a revert stands only in a final block. */
const isOver = sql`(t.status IN ('final', 'reverted', 'failed', 'expired', 'cancelled')
  OR (t.status IN ('included', 'safe') AND t.error IS NULL))`

const openingDue: Sql = sql`c.status = 'opening' AND c.next_due_at <= now() AND ${isOver}`
const topUpDue: Sql = sql`u.applied_at IS NULL AND u.error IS NULL AND u.due_at <= now() AND ${isOver}`

/** SQL condition: `advanceOpenings` has something to do. */
export const toAdvance: Sql = sql`(
  EXISTS (SELECT FROM channel c JOIN transaction t ON t.id = c.open_transaction_id WHERE ${openingDue})
  OR EXISTS (SELECT FROM channel_top_up u JOIN transaction t ON t.id = u.transaction_id WHERE ${topUpDue}))`

/** Something to book, and how to postpone it. */
type Item = {
  about: { channelId: string; transactionId: string }
  book(): Promise<{ kind: string } | undefined>
  putOff(): Promise<void>
}

/**
 * Books openings and top-ups whose transaction has run while no request waited for it (after a crash or a timeout). One
 * that cannot be booked yet is retried later and later, behind the new ones. Networks run in parallel, and an
 * unreachable chain costs one look. Starts nothing after `budgetMs`. Safe to run in any process at any time.
 * @returns the number booked.
 */
export async function advanceOpenings(ctx: Ctx, budgetMs: number): Promise<number> {
  const untilMs = performance.now() + budgetMs
  const counts = await Promise.all(
    channelNetworks().map(async (network) => {
      const items = [...(await findOpenings(ctx, network)), ...(await findTopUps(ctx, network))]
      return bookAll(items, untilMs)
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

async function findOpenings(ctx: Ctx, network: Caip2): Promise<Item[]> {
  const openings = await db.query<{ id: string; transactionId: string }>(sql`
    SELECT c.id, t.id AS transaction_id FROM channel c JOIN transaction t ON t.id = c.open_transaction_id
    WHERE c.network = ${network} AND ${openingDue}
    ORDER BY c.tries > 0, c.next_due_at LIMIT ${batchMax}`)
  return openings.map(({ id, transactionId }) => ({
    about: { channelId: id, transactionId },
    book: async () => {
      const channel = await findChannel(id)
      const outcome = await awaitOutcome(transactionId, 0)
      return channel ? applyOpening(ctx, channel, asProof(outcome), readDeadlineMs) : undefined
    },
    putOff: () => postponeChannels([id], putOffMs),
  }))
}

async function findTopUps(ctx: Ctx, network: Caip2): Promise<Item[]> {
  const topUps = await db.query<TopUp>(sql`
    SELECT u.transaction_id, u.channel_id, u.hash, u.amount_base
    FROM channel_top_up u JOIN transaction t ON t.id = u.transaction_id
    WHERE t.network = ${network} AND ${topUpDue}
    ORDER BY u.tries > 0, u.due_at LIMIT ${batchMax}`)
  return topUps.map((topUp) => ({
    about: topUp,
    book: async () =>
      applyTopUp(ctx, network, topUp, asProof(await awaitOutcome(topUp.transactionId, 0)), readDeadlineMs),
    putOff: () => postponeTopUp(topUp.transactionId, putOffMs),
  }))
}

/** Only final reverts arrive here, and a final revert is proof of failure. */
function asProof(outcome: Awaited<ReturnType<typeof awaitOutcome>>): typeof outcome {
  return outcome.kind === 'reverted' ? { kind: 'failed', reason: outcome.reason } : outcome
}

async function bookAll(items: readonly Item[], untilMs: number): Promise<number> {
  let booked = 0
  for (const { about, book, putOff: leave } of items) {
    if (performance.now() >= untilMs) break
    try {
      const done = await book()
      if (done !== undefined && done.kind !== 'unknown') booked += 1
      else await leave()
    } catch (error) {
      const { channelId, transactionId } = about
      log().warn({ err: error, channelId, transactionId }, 'an opening or top-up could not be booked yet')
      await leave()
      if (error instanceof TransportError) break
    }
  }
  return booked
}
