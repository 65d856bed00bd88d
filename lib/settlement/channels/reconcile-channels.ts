import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { Escrow } from '@/lib/chains'
import { bookClosed, bookOpeningLost, bookOpeningUndone, bookReopened } from '@/lib/channels'
import { db, sql, withTransaction } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { findClosing } from './find-closing'
import { readMax, syncChannels, type SyncedChannel } from './sync-channels'

/** Most channels of a network that one run compares: a round over more of them takes several. */
const roundMax = 4_000

/**
 * Compares open channels of a network with the contract, many by one read, and makes the rows say what it says: also what
 * happened behind our back, or while nobody watched. It goes round: where the last run ended, in the order of the ids, so that the
 * one that was compared longest ago is next; at most `roundMax` of them, and each once. Safe to run anywhere at any time.
 * @param untilMs by `performance.now()`: no read begins later.
 * @returns how many channels were compared.
 * @throws RpcError | TransportError when the chain cannot be read.
 */
export async function reconcileNetwork(ctx: Ctx, network: Caip2, untilMs: number): Promise<number> {
  const [round] = await db.query<{ afterId: string }>(
    sql`SELECT after_id FROM channel_round WHERE network = ${network}`,
  )
  const first = round?.afterId ?? ''
  let compared = 0
  let after = first
  for (let hasWrapped = false; compared < roundMax && performance.now() < untilMs;) {
    const ids = await findAfter(network, after, hasWrapped ? first : undefined)
    await reconcileChannels(ctx, network, ids)
    compared += ids.length
    after = ids.at(-1) ?? ''
    if (ids.length < readMax) {
      if (hasWrapped || first === '') break
      hasWrapped = true
      after = ''
    }
    await noteRound(network, after)
  }
  return compared
}

async function findAfter(network: Caip2, after: string, upTo: string | undefined): Promise<Hex[]> {
  const rows = await db.query<{ id: Hex }>(sql`
    SELECT id FROM channel WHERE status = 'open' AND network = ${network} AND id > ${after}
      ${upTo === undefined ? sql`` : sql`AND id <= ${upTo}`} ORDER BY id LIMIT ${readMax}`)
  return rows.map(({ id }) => id)
}

async function noteRound(network: Caip2, afterId: string): Promise<void> {
  await db.execute(sql`
    INSERT INTO channel_round (network, after_id) VALUES (${network}, ${afterId})
    ON CONFLICT (network) DO UPDATE SET after_id = EXCLUDED.after_id`)
}

/** Closings as old as this are believed: no reorganisation is deeper. */
const closedWithin = '1 hour'

/**
 * After a reorganisation: closed channels that the contract has again are open again. One whose closing transaction is ours
 * is left alone while execution sends that again.
 */
export async function reopenChannels(ctx: Ctx, network: Caip2): Promise<void> {
  const rows = await db.query<{ id: Hex }>(sql`
    SELECT c.id FROM channel c
    WHERE c.status = 'closed' AND c.network = ${network} AND c.closed_at > now() - ${closedWithin}::interval
      AND NOT EXISTS (
        SELECT 1 FROM channel_settlement s JOIN settlement_batch b ON b.id = s.batch_id JOIN transaction t ON t.id = b.transaction_id
        WHERE s.channel_id = c.id AND s.kind = 'close' AND t.status IN ('submitted', 'included', 'safe'))
    ORDER BY c.closed_at DESC LIMIT ${readMax}`)
  if (rows.length === 0) return
  const { live } = await syncChannels(
    ctx,
    network,
    rows.map(({ id }) => id),
  )
  const isThere = ({ depositBase, settledBase }: Escrow.EscrowState) =>
    Escrow.kindOn(network) === 'batch-settlement' ? depositBase > settledBase : true
  for (const observed of live.values())
    if (isThere(observed)) await withTransaction((tx) => bookReopened(tx, ctx, observed))
}

/**
 * Open channels whose opening was in a block and is in none now: execution has seen the reorganisation, whatever the cursor says.
 */
export async function findOpeningsUndone(network: Caip2): Promise<Hex[]> {
  const rows = await db.query<{ id: Hex }>(sql`
    SELECT c.id FROM transaction t JOIN channel c ON c.open_transaction_id = t.id
    WHERE t.network = ${network} AND t.status IN ('signed', 'submitted') AND c.status = 'open' AND c.settlement_id IS NULL
    LIMIT ${readMax}`)
  return rows.map(({ id }) => id)
}

/** Compares these channels with the contract, at most `readMax` of them. */
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

/** It was in a block once, or the channel would not be open. */
function isSentAgain({ status }: Opening): boolean {
  return status === 'signed' || status === 'submitted'
}

/** An open channel that the contract does not know: it was closed, or a reorganisation took its opening back. */
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
  // Else the node is behind: the next look tells.
  else if (opening.block !== null && BigInt(opening.block) <= blockNumber)
    log().warn({ channelId, network }, 'a channel is gone and nothing tells how')
}
