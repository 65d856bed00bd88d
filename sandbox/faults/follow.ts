import type { Hex } from 'viem'
import type { Node } from './node'

export type Block = {
  number: Hex
  hash: Hex
  parentHash: Hex
  transactions: readonly { hash: Hex; from: Hex; nonce: Hex }[]
}

/** Changes since the last look: blocks that vanished and blocks that are new, oldest first. */
export type Step = { gone: readonly Block[]; fresh: readonly Block[] }

const rememberedBlocks = 64

/** Follows a chain block by block, reorganisations included. The first step starts at its head. */
export function follow(node: Node): () => Promise<Step> {
  let known: Block[] = []
  return async () => {
    const head = await node.read<Block>('eth_getBlockByNumber', ['latest', true])
    if (known.at(-1)?.hash === head.hash) return { gone: [], fresh: [] }
    const fresh = await backTo(node, head, known)
    const from = BigInt(fresh[0]?.number ?? head.number)
    const gone = known.filter(({ number }) => BigInt(number) >= from)
    known = [...known.filter(({ number }) => BigInt(number) < from), ...fresh].slice(-rememberedBlocks)
    return { gone, fresh }
  }
}

/** The blocks from the first that is not known up to `head`. */
async function backTo(node: Node, head: Block, known: readonly Block[]): Promise<Block[]> {
  const hashes = new Set(known.map(({ hash }) => hash))
  const lowest = BigInt(known[0]?.number ?? head.number)
  const fresh = [head]
  let first = head
  while (!hashes.has(first.parentHash) && BigInt(first.number) > lowest) {
    const parent = await node.read<Block | null>('eth_getBlockByHash', [first.parentHash, true])
    if (!parent) break
    fresh.unshift(parent)
    first = parent
  }
  return fresh
}
