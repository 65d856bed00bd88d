import type { Hex } from 'viem'
import { readEscrowEvents } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'

// The watcher's cursor reads most events. This covers the blocks that it has not reached yet.
const lookBackBlocks = 50_000n
const rangeBlocks = 5_000n

export type ClosingEvent = { settledBase: bigint; refundedBase: bigint | undefined; txHash: Hex }

/**
 * The event that closed a channel, searched from the newest block back; undefined if it is too old.
 * @throws RpcError | TransportError when the chain cannot be read.
 */
export async function findClosing(network: Caip2, channelId: Hex, head: bigint): Promise<ClosingEvent | undefined> {
  const end = head > lookBackBlocks ? head - lookBackBlocks : 0n
  for (let toBlock = head; toBlock >= end; toBlock -= rangeBlocks) {
    const first = toBlock - rangeBlocks + 1n
    const fromBlock = first > end ? first : end
    const events = await readEscrowEvents(network, { fromBlock, toBlock, ids: [channelId] })
    const event = events.findLast(({ name }) => name === 'Closed')
    if (event?.name === 'Closed')
      return { settledBase: event.paidBase, refundedBase: event.refundedBase, txHash: event.txHash }
  }
  return undefined
}
