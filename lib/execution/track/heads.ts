import { numberToHex, type Hex } from 'viem'
import { Chain, orderedUrls, readEach, readRpc, RpcError } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import type * as Fee from '../Fee'
import { readMarket } from '../networks/read-market'

export type BlockHead = { number: bigint; hash: Hex; timestampMs: number }

/** What tracking needs of a chain at one block, each read at most once and on demand. */
export type HeadCache = {
  network: Caip2
  latest(): Promise<BlockHead>
  /** The newest block that is safe or final; by depth where the chain knows no such tag. Undefined below that depth. */
  safe(): Promise<BlockHead | undefined>
  final(): Promise<BlockHead | undefined>
  /** The current block at this height; undefined if there is none. */
  block(number: bigint): Promise<BlockHead | undefined>
  market(): Promise<Fee.FeeMarket>
}

/** @param head the newest block, if it was just read. */
export function createHeads(network: Caip2, head?: BlockHead): HeadCache {
  const { safeDepth, finalDepth } = Chain.evm(network)
  const blocks = new Map<bigint, Promise<BlockHead | undefined>>(head && [[head.number, Promise.resolve(head)]])
  const block = (number: bigint) => remember(blocks, number, () => readBlock(network, numberToHex(number)))
  const latest = once(async () => {
    const newest = head ?? (await readBlock(network, 'latest'))
    if (!newest) throw new RpcError(0, 'the node has no latest block')
    return newest
  })
  const tagged = (tag: 'safe' | 'finalized', depth: number) =>
    once(async () => {
      const found = await readTag(network, tag)
      if (found !== 'no tag') return found
      const number = (await latest()).number - BigInt(depth)
      return number < 0n ? undefined : block(number)
    })
  return {
    network,
    latest,
    safe: tagged('safe', safeDepth),
    final: tagged('finalized', finalDepth),
    block,
    market: () => readMarket(network),
  }
}

/**
 * Safe and final are decisive, so one endpoint of several is not enough: the height that at least two of them have
 * reached.
 */
async function readTag(network: Caip2, tag: string): Promise<BlockHead | undefined | 'no tag'> {
  if (orderedUrls(network).length > 1) return readSecond(network, tag)
  try {
    return await readBlock(network, tag)
  } catch (error) {
    if (error instanceof RpcError) return isTooEarly(error) ? undefined : 'no tag'
    throw error
  }
}

async function readSecond(network: Caip2, tag: string): Promise<BlockHead | undefined | 'no tag'> {
  const answers = await readEach<Block | null>(network, 'eth_getBlockByNumber', [tag, false])
  const heads = answers.flatMap((answer) => (answer instanceof RpcError || !answer ? [] : [toHead(answer)]))
  const [first, second] = heads.sort((one, other) => Number(other.number - one.number))
  // Its clock is not trusted either: time only grows with the blocks.
  if (first && second) return { ...second, timestampMs: Math.min(first.timestampMs, second.timestampMs) }
  const refusals = answers.filter((answer) => answer instanceof RpcError)
  return refusals.length > 1 && !refusals.some(isTooEarly) ? 'no tag' : undefined
}

/** geth answers "finalized block not found" before the first one; others do not know the tag. */
function isTooEarly({ message }: RpcError): boolean {
  return /not found/i.test(message)
}

type Block = { number: Hex; hash: Hex; timestamp: Hex }

async function readBlock(network: Caip2, which: string): Promise<BlockHead | undefined> {
  const block = await readRpc<Block | null>(network, 'eth_getBlockByNumber', [which, false])
  return block ? toHead(block) : undefined
}

/** A block from a node's answer. */
export function toHead({ number, hash, timestamp }: Block): BlockHead {
  return { number: BigInt(number), hash, timestampMs: Number(BigInt(timestamp)) * 1000 }
}

/** A failure is not cached. */
function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  const results = new Map<'result', Promise<Result>>()
  return () => remember(results, 'result', work)
}

function remember<Key, Value>(known: Map<Key, Promise<Value>>, key: Key, make: () => Promise<Value>): Promise<Value> {
  const value = known.get(key) ?? make()
  known.set(key, value)
  value.catch(() => known.delete(key))
  return value
}
