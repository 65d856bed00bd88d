import { log } from '../../log'
import type { Caip2 } from '@/lib/money'
import { channelNetworks } from './settle-channels'

export async function onEachNetwork(work: (network: Caip2) => Promise<number>, trouble: string): Promise<number> {
  const counts = await Promise.all(
    channelNetworks().map((network) =>
      work(network).catch((error: unknown) => {
        log().warn({ err: error, network }, trouble)
        return 0
      }),
    ),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}
