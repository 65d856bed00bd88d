import { numberToHex, type Hex } from 'viem'
import { Chain, readRpc } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'

type Block = { number: Hex; hash: Hex; parentHash: Hex; transactions: readonly Hex[] }

/** The newest blocks of a network by number, without a gap since `sinceMs`, and when they were last asked for. */
type Seen = {
  blocks: Map<bigint, Block>
  sinceMs: number
  askedAtMs: number
  asking: Promise<void>
  /** The newest number, when it was first seen, and the block time estimated from it. */
  newest: { number: bigint; atMs: number } | undefined
  blockMs: number
}

const networks = new Map<Caip2, Seen>()
const keptBlocks = 64n
/** A longer gap is not read block by block: then nothing is known. */
const walkedMax = 8
/** Reads per block time. */
const perBlock = 8
const again = { leastMs: 25, mostMs: 250 }
/** Weight of a new block in the estimated block time. */
const weight = 0.3

/** `unknown`: blocks cannot be read, or could not when it was sent. */
type Included = 'yes' | 'no' | 'unknown'

/**
 * Whether one of these transactions, sent just now, is in a block by one endpoint's word. Waiters on one network share
 * the reads of its blocks, and each asks for a receipt only when there is one.
 */
export async function isIncluded(network: Caip2, hashes: readonly string[], sentAtMs: number): Promise<Included> {
  const seen = await advance(network).catch(() => undefined)
  if (!seen) return 'unknown'
  const hashSet = new Set(hashes)
  for (const { transactions } of seen.blocks.values()) if (transactions.some((hash) => hashSet.has(hash))) return 'yes'
  return seen.sinceMs > sentAtMs ? 'unknown' : 'no'
}

/** Callers within a part of a block's time share one read. */
async function advance(network: Caip2): Promise<Seen> {
  const nowMs = performance.now()
  const seen = seenOf(network)
  if (nowMs - seen.askedAtMs >= lookAgainMs(network)) {
    seen.askedAtMs = nowMs
    seen.asking = read(network, seen, nowMs)
  }
  await seen.asking
  return seen
}

function seenOf(network: Caip2): Seen {
  const seen: Seen = networks.get(network) ?? {
    ...{ blocks: new Map(), sinceMs: Infinity, askedAtMs: -Infinity, asking: Promise.resolve() },
    ...{ newest: undefined, blockMs: Chain.get(network).blockTimeMs },
  }
  networks.set(network, seen)
  return seen
}

/** The delay until another block may be visible: a part of the chain's block time, ms. */
export function lookAgainMs(network: Caip2): number {
  return Math.min(again.mostMs, Math.max(again.leastMs, seenOf(network).blockMs / perBlock))
}

/** Adds new blocks. After a gap it starts again from the newest block. */
async function read(network: Caip2, seen: Seen, nowMs: number): Promise<void> {
  const head = await readBlock(network, 'latest')
  if (!head) throw new Error(`${network} has no latest block`)
  const { blocks } = seen
  const found = await walkBack(network, head, blocks)
  if (!found) {
    blocks.clear()
    seen.sinceMs = nowMs
  }
  for (const block of found ?? [head]) blocks.set(BigInt(block.number), block)
  const number = BigInt(head.number)
  if (number !== seen.newest?.number) {
    const passed = seen.newest ? (nowMs - seen.newest.atMs) / Number(number - seen.newest.number) : 0
    if (passed > 0) seen.blockMs += (passed - seen.blockMs) * weight
    seen.newest = { number, atMs: nowMs }
  }
  for (const other of blocks.keys()) if (other > number || other <= number - keptBlocks) blocks.delete(other)
}

/** The new blocks down to one seen before; undefined if none is near. */
async function walkBack(network: Caip2, head: Block, blocks: ReadonlyMap<bigint, Block>): Promise<Block[] | undefined> {
  if (blocks.get(BigInt(head.number))?.hash === head.hash) return []
  const found = [head]
  for (let block = head; found.length <= walkedMax && blocks.size > 0;) {
    const below = BigInt(block.number) - 1n
    if (blocks.get(below)?.hash === block.parentHash) return found
    const parent = below < 0n ? null : await readBlock(network, numberToHex(below))
    if (parent?.hash !== block.parentHash) return undefined
    found.push(parent)
    block = parent
  }
  return undefined
}

function readBlock(network: Caip2, which: string): Promise<Block | null> {
  return readRpc<Block | null>(network, 'eth_getBlockByNumber', [which, false])
}
