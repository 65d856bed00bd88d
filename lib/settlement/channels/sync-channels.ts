import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { readEscrow } from '@/lib/chains'
import { bookChannelStates, findChangedChannels, type ObservedChannel } from '@/lib/channels'
import { withTransaction } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

export type SyncedChannel = {
  blockNumber: bigint
  /** Channels that the contract has, with its state of each. */
  live: ReadonlyMap<string, ObservedChannel>
}

/** Channels in one read. An eth_call answers thousands; a request of this size is small. */
export const readMax = 500

/**
 * Reads channels from the contract, all at one block, and updates the rows that differ; only those are locked. A
 * channel that the contract does not have is left unchanged: its last event says how it ended.
 * @throws RpcError | TransportError when the chain cannot be read.
 */
export async function syncChannels(ctx: Ctx, network: Caip2, ids: readonly Hex[]): Promise<SyncedChannel> {
  const { blockNumber, states } = await readEscrow(network, ids)
  const live = ids.flatMap((channelId, at): ObservedChannel[] => {
    const state = states[at]
    return state && state.depositBase > 0n ? [{ ...state, channelId, blockNumber }] : []
  })
  const different = live.length > 0 ? await findChangedChannels(live) : []
  if (different.length > 0) await withTransaction((tx) => bookChannelStates(tx, ctx, different))
  return { blockNumber, live: new Map(live.map((one) => [one.channelId, one])) }
}
