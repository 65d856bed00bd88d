import { numberToHex, type Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { BatchSettlement, readEscrowEvents, readRpc, type LocatedEscrowEvent } from '@/lib/chains'
import { bookClosed, bookReopened, forgetStatesAbove } from '@/lib/channels'
import { db, sql, withTransaction } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { reconcileChannels } from './reconcile-channels'
import { findOpeningsUndone } from './find-openings-undone'
import { reopenChannels } from './reopen-channels'
import { reconcileNetwork } from './reconcile-network'
import { readMax, syncChannels } from './sync-channels'
import { onEachNetwork } from './on-each-network'

const stream = 'channels'
/** Blocks of one eth_getLogs. */
const rangeBlocks = 2_000n
/** How far the cursor goes back when its block is gone: deeper than any ordinary reorganisation. */
const stepBackBlocks = 128n

type Block = { number: bigint; hash: Hex }

/**
 * Reads the channels' events on chain up to the newest block: requested and cancelled closes, top-ups, payouts and
 * closes, whichever party sent them. The position is a row with the block's hash. After a restart it continues there;
 * if that block is gone, it goes back and compares everything written from such blocks with the contract. An event only
 * says which channel to look at; the contract's state says what is true now. So reading an event twice books it once.
 * Networks run in parallel. Stops after `budgetMs`. Safe to run in any process at any time.
 * @returns the number of events of known channels.
 */
export async function watchChannels(ctx: Ctx, budgetMs: number): Promise<number> {
  const untilMs = performance.now() + budgetMs
  return onEachNetwork((network) => watchNetwork(ctx, network, untilMs), 'channels could not be watched')
}

async function watchNetwork(ctx: Ctx, network: Caip2, untilMs: number): Promise<number> {
  const known = await findCursor(network)
  if (known?.isResting) return 0
  let cursor: Block | undefined = known
  const head = await readBlock(network, 'latest')
  if (!head) return 0
  if (!cursor) {
    // Starts at the head from before the comparison: later changes arrive as events.
    await moveCursor(network, undefined, head)
    await reconcileNetwork(ctx, network, untilMs)
    return 0
  }
  await reconcileChannels(ctx, network, await findOpeningsUndone(network))
  // The node lags, or the chain became shorter and will grow again.
  if (head.number < cursor.number) return 0
  const same = await readBlock(network, numberToHex(cursor.number))
  // The node lags so far that it does not have the cursor's block.
  if (!same) return 0
  if (same.hash !== cursor.hash) cursor = await followReorg(ctx, network, cursor)
  let seen = 0
  while (cursor.number < head.number && performance.now() < untilMs) {
    const last: bigint = cursor.number + rangeBlocks
    // The hash is read before the events. If the events belong to another fork, the next look sees that the hash is
    // gone.
    const to: Block | undefined = last < head.number ? await readBlock(network, numberToHex(last)) : head
    if (!to) break
    seen += await readRange(ctx, network, cursor.number + 1n, to.number)
    if (!(await moveCursor(network, cursor, to))) break
    cursor = to
  }
  return seen
}

async function readRange(ctx: Ctx, network: Caip2, fromBlock: bigint, toBlock: bigint): Promise<number> {
  const events = await readEscrowEvents(network, { fromBlock, toBlock })
  const known = await findKnown(events)
  const ours = events.filter(({ channelId }) => known.has(channelId))
  for (const event of ours)
    if (event.name === 'Closed') {
      const { channelId, paidBase: settledBase, refundedBase, txHash } = event
      await withTransaction((tx) => bookClosed(tx, ctx, { channelId, settledBase, refundedBase, txHash }))
    }
  const ids = [...new Set(ours.filter(({ name }) => name !== 'Closed').map(({ channelId }) => channelId))]
  for (let from = 0; from < ids.length; from += readMax)
    await reconcileChannels(ctx, network, ids.slice(from, from + readMax))
  await reopenFilled(ctx, network, events)
  return ours.length
}

/** Reopens emptied channels that received a deposit: the batch-settlement escrow continues with them. */
async function reopenFilled(ctx: Ctx, network: Caip2, events: readonly LocatedEscrowEvent[]): Promise<void> {
  const ids = [...new Set(events.flatMap(({ name, channelId }) => (name === 'Deposited' ? [channelId] : [])))]
  if (ids.length === 0) return
  const closed = await db.query<{ id: Hex }>(sql`
    SELECT id FROM channel WHERE id = ANY(${ids}::text[]) AND status = 'closed' AND escrow = ${BatchSettlement.address}`)
  const { live } = await syncChannels(
    ctx,
    network,
    closed.map(({ id }) => id),
  )
  for (const observed of live.values())
    if (observed.depositBase > observed.settledBase)
      await withTransaction((tx) => bookReopened(tx, ctx, observed, 'reopened'))
}

async function findKnown(events: readonly LocatedEscrowEvent[]): Promise<Set<string>> {
  const ids = [...new Set(events.map(({ channelId }) => channelId))]
  if (ids.length === 0) return new Set()
  const rows = await db.query<{ id: string }>(
    sql`SELECT id FROM channel WHERE id = ANY(${ids}::text[]) AND status IN ('open', 'closing')`,
  )
  return new Set(rows.map(({ id }) => id))
}

/** While no channel is open, the task only checks now and then for a deposit into a closed one. */
async function findCursor(network: Caip2): Promise<(Block & { isResting: boolean }) | undefined> {
  const [cursor] = await db.query<Block & { isResting: boolean }>(sql`
    SELECT block_number AS number, block_hash AS hash, updated_at > now() - interval '1 minute' AND NOT EXISTS (
      SELECT FROM channel c WHERE c.network = ${network} AND c.status IN ('opening', 'open', 'closing')) AS is_resting
    FROM chain_cursor
    WHERE network = ${network} AND stream = ${stream}`)
  return cursor
}

/** False if another process has moved it. */
async function moveCursor(network: Caip2, from: Block | undefined, to: Block): Promise<boolean> {
  const moved = from
    ? sql`UPDATE chain_cursor SET block_number = ${to.number}, block_hash = ${to.hash}, updated_at = now()
          WHERE network = ${network} AND stream = ${stream} AND block_number = ${from.number} AND block_hash = ${from.hash}`
    : sql`INSERT INTO chain_cursor (network, stream, block_number, block_hash)
          VALUES (${network}, ${stream}, ${to.number}, ${to.hash}) ON CONFLICT DO NOTHING`
  return (await db.execute(moved)) === 1
}

/** The cursor moves last: after a crash the next look repeats the same work. */
async function followReorg(ctx: Ctx, network: Caip2, cursor: Block): Promise<Block> {
  const number = cursor.number > stepBackBlocks ? cursor.number - stepBackBlocks : 0n
  const block = await readBlock(network, numberToHex(number))
  if (!block) throw new Error(`${network} has no block ${number}`)
  log().warn({ network, from: cursor.number.toString(), to: number.toString() }, 'the chain was reorganised')
  const ids = await forgetStatesAbove(network, number)
  await reopenChannels(ctx, network)
  for (let from = 0; from < ids.length; from += readMax)
    await reconcileChannels(ctx, network, ids.slice(from, from + readMax))
  return (await moveCursor(network, cursor, block)) ? block : ((await findCursor(network)) ?? block)
}

async function readBlock(network: Caip2, which: string): Promise<Block | undefined> {
  const block = await readRpc<{ number: Hex; hash: Hex } | null>(network, 'eth_getBlockByNumber', [which, false])
  return block ? { number: BigInt(block.number), hash: block.hash } : undefined
}
