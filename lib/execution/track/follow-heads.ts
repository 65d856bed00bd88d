import { numberToHex, type Hex } from 'viem'
import { log } from '../../log'
import { Chain, readRpc } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { createHeads, toHead, type BlockHead, type HeadCache } from './heads'
import { readFreshMarket } from '../networks/read-fresh-market'

type Block = BlockHead & { parentHash: Hex; transactions: readonly Hex[] }

/** The newest blocks of a network that this process has seen, by number. */
const chainsSeen = new Map<Caip2, Map<bigint, Hex>>()
/** When this process first saw the newest block of a network. */
const headSinceMs = new Map<Caip2, number>()
const keptBlocks = 512n
/** A longer gap (after a pause) is not read block by block: everything is looked at once instead. */
const walkedMax = 64n

type Seen = { heads: HeadCache; atMs: number; sinceMs: number }
/** How long the cached reads of a block stay valid while no new block comes. */
const standsMs = 5_000

/** The cached reads at a network's newest block. */
const heads = new Map<Caip2, Seen>()

/**
 * Looks at the newest block of a network and makes the affected transactions due: those that it contains or prices out,
 * those now safe or final, and everything in blocks that it replaced. Without a new block it costs one read. Its memory
 * is only a cache: a process without it looks at everything. Never throws.
 */
export async function followHead(network: Caip2): Promise<void> {
  try {
    await follow(network)
  } catch (error) {
    log().warn({ err: error, network }, 'no head could be read')
  }
}

/**
 * True if a block has come in the last `ms` milliseconds, as far as this process knows. Without blocks, waiting proves
 * nothing.
 */
export function hasMoved(network: Caip2, ms: number): boolean {
  const sinceMs = headSinceMs.get(network)
  return sinceMs === undefined || performance.now() - sinceMs < ms
}

/** The cached reads at the newest block, if fresh: the tracker need not read them again. */
export function headsSeen(network: Caip2): HeadCache | undefined {
  const known = heads.get(network)
  return known && performance.now() - known.atMs < Chain.get(network).blockTimeMs ? known.heads : undefined
}

async function follow(network: Caip2): Promise<void> {
  const seen = chainsSeen.get(network) ?? new Map<bigint, Hex>()
  const atMs = performance.now()
  const head = await readBlock(network, 'latest')
  if (!head) return
  if (seen.get(head.number) === head.hash) {
    // Safe and final move with the blocks. Without new blocks they are still read again now and then.
    const known = heads.get(network)
    if (known && atMs - known.sinceMs < standsMs) known.atMs = atMs
    return
  }
  headSinceMs.set(network, performance.now())
  const walked = await walkBack(network, head, seen)
  const read = createHeads(network, head)
  const [safe, final, market] = await Promise.all([read.safe(), read.final(), readFreshMarket(network)])
  await makeDue(network, {
    hashes: walked.blocks.flatMap(({ transactions }) => transactions),
    forkedFrom: walked.forkedFrom,
    safe: safe?.number ?? -1n,
    final: final?.number ?? -1n,
    nextBaseFeePerGas: market.nextBaseFeePerGas,
  })
  // Stored last: a failed round is repeated.
  for (const number of seen.keys()) if (number > head.number || number < head.number - keptBlocks) seen.delete(number)
  for (const { number, hash } of walked.blocks) seen.set(number, hash)
  chainsSeen.set(network, seen)
  heads.set(network, { heads: read, atMs, sinceMs: atMs })
}

/** New blocks down to one seen before, and the lowest height where another block was seen; 0 if none is known. */
async function walkBack(
  network: Caip2,
  head: Block,
  seen: ReadonlyMap<bigint, Hex>,
): Promise<{ blocks: Block[]; forkedFrom: bigint | undefined }> {
  const blocks = [head]
  let forkedFrom = highest(seen) > head.number ? head.number : undefined
  for (let block = head; block.number > 0n;) {
    if (seen.has(block.number)) forkedFrom = block.number
    const below = block.number - 1n
    if (seen.get(below) === block.parentHash) return { blocks, forkedFrom }
    if (head.number - below > walkedMax || seen.size === 0) return { blocks, forkedFrom: 0n }
    const parent = await readBlock(network, numberToHex(below))
    if (parent?.hash !== block.parentHash) throw new Error(`${network} changed while its blocks were read`)
    blocks.push(parent)
    block = parent
  }
  return { blocks, forkedFrom }
}

type News = {
  hashes: readonly Hex[]
  forkedFrom: bigint | undefined
  safe: bigint
  final: bigint
  nextBaseFeePerGas: bigint
}

async function makeDue(network: Caip2, { hashes, forkedFrom, safe, final, nextBaseFeePerGas }: News): Promise<void> {
  await db.execute(sql`
    UPDATE transaction t SET due_at = now()
    WHERE t.network = ${network} AND t.due_at > now() AND (
      t.status = 'submitted' AND (
        EXISTS (SELECT 1 FROM attempt a WHERE a.transaction_id = t.id AND a.hash = ANY(${hashes}::text[]))
        OR NOT EXISTS (
          SELECT 1 FROM attempt a WHERE a.transaction_id = t.id AND a.max_fee_per_gas >= ${nextBaseFeePerGas}))
      OR t.status IN ('included', 'safe') AND (t.block_number >= ${forkedFrom ?? null}::bigint OR t.block_number <= ${final})
      OR t.status = 'included' AND t.block_number <= ${safe})`)
}

function highest(seen: ReadonlyMap<bigint, Hex>): bigint {
  let top = -1n
  for (const number of seen.keys()) if (number > top) top = number
  return top
}

async function readBlock(network: Caip2, which: string): Promise<Block | undefined> {
  type Answer = { number: Hex; hash: Hex; timestamp: Hex; parentHash: Hex; transactions: readonly Hex[] }
  const answer = await readRpc<Answer | null>(network, 'eth_getBlockByNumber', [which, false])
  return answer ? { ...toHead(answer), parentHash: answer.parentHash, transactions: answer.transactions } : undefined
}
