import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { readEscrow } from '@/lib/chains'
import { bookStates, findDifferent, type ObservedChannel } from '@/lib/channels'
import { withTransaction } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

export type SyncedChannel = {
  blockNumber: bigint
  /** Channels that the contract knows, as it does. */
  live: ReadonlyMap<string, ObservedChannel>
}

/** Channels whose states are read at once: an eth_call answers thousands, a request of this size is small. */
export const readMax = 500

/**
 * Reads channels from the contract, all at one block, and makes their rows say the same; only those that differ are locked. A channel that the contract does
 * not know (any more) is left as it is: its last event tells what became of it.
 * @throws RpcError | TransportError when the chain cannot be read.
 */
export async function syncChannels(ctx: Ctx, network: Caip2, ids: readonly Hex[]): Promise<SyncedChannel> {
  const { blockNumber, states } = await readEscrow(network, ids)
  const live = ids.flatMap((channelId, at): ObservedChannel[] => {
    const state = states[at]
    return state && state.depositBase > 0n ? [{ ...state, channelId, blockNumber }] : []
  })
  const different = live.length > 0 ? await findDifferent(live) : []
  if (different.length > 0) await withTransaction((tx) => bookStates(tx, ctx, different))
  return { blockNumber, live: new Map(live.map((one) => [one.channelId, one])) }
}
