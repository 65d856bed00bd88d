import type { Hex } from 'viem'
import type { Ctx } from '../../ctx'
import type { Caip2 } from '@/lib/money'
import { type SyncedChannel, syncChannels } from './sync-channels'

/** As `syncChannels`, once the node has reached a block; undefined if it does not within `deadlineMs`. */
export async function syncChannelsAt(
  ctx: Ctx,
  network: Caip2,
  ids: readonly Hex[],
  minBlock: bigint,
  deadlineMs: number,
): Promise<SyncedChannel | undefined> {
  const untilMs = performance.now() + deadlineMs
  for (;;) {
    const synced = await syncChannels(ctx, network, ids)
    if (synced.blockNumber >= minBlock) return synced
    if (performance.now() >= untilMs) return undefined
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
