import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { bookClosed, bookOpeningLost, bookOpeningUndone } from '@/lib/channels'
import { db, sql, withTransaction } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { findClosing } from './find-closing'
import { syncChannels, type SyncedChannel } from './sync-channels'

/** Compares these channels, at most `readMax`, with the contract. */
export async function reconcileChannels(ctx: Ctx, network: Caip2, ids: readonly Hex[]): Promise<void> {
  if (ids.length === 0) return
  const synced = await syncChannels(ctx, network, ids)
  const gone = ids.filter((id) => !synced.live.has(id))
  for (const { id, opening } of await findOpen(gone)) await bookGone(ctx, network, id, opening, synced)
}

type Opening = { status: string; block: bigint | null }

function findOpen(ids: readonly Hex[]): Promise<{ id: Hex; opening: Opening }[]> {
  return db.query(sql`
    SELECT c.id, json_build_object('status', t.status, 'block', t.block_number::text) AS opening
    FROM channel c JOIN transaction t ON t.id = c.open_transaction_id
    WHERE c.id = ANY(${ids}::text[]) AND c.status = 'open' AND c.settlement_id IS NULL`)
}

/** True while execution sends the opening again. It was in a block before, or the channel would not be open. */
function isSentAgain({ status }: Opening): boolean {
  return status === 'signed' || status === 'submitted'
}

/**
 * Handles an open channel that the contract does not have: it was closed, or a reorganisation took its opening back.
 */
async function bookGone(
  ctx: Ctx,
  network: Caip2,
  channelId: Hex,
  opening: Opening,
  { blockNumber }: SyncedChannel,
): Promise<void> {
  const closing = await findClosing(network, channelId, blockNumber)
  if (closing) {
    await withTransaction((tx) => bookClosed(tx, ctx, { channelId, ...closing }))
    return
  }
  const isLost = ['expired', 'failed', 'reverted'].includes(opening.status)
  if (isLost) await withTransaction((tx) => bookOpeningLost(tx, ctx, channelId))
  else if (isSentAgain(opening)) await withTransaction((tx) => bookOpeningUndone(tx, ctx, channelId))
  // Else the node lags, and the next look decides.
  else if (opening.block !== null && BigInt(opening.block) <= blockNumber)
    log().warn({ channelId, network }, 'a channel is gone, and no event says how')
}
