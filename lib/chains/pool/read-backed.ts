import type { Caip2 } from '@/lib/money'
import * as RpcHealth from './RpcHealth'
import { poolOf } from './pools'
import { readAgreed } from './read-agreed'
import { askEach } from './ask-each'

/**
 * A read that money is booked by before anything is final: what two endpoints say alike. What one says counts alone where it is
 * the only one that answers now: the others are lost, and a final block is still decided by two. Undefined when they do not agree.
 * Never throws for trouble with the chain.
 * @throws TypeError when the network is not served.
 */
export async function readBacked<Result>(
  network: Caip2,
  method: string,
  params: readonly unknown[],
): Promise<Result | undefined> {
  const nowMs = performance.now()
  const there = poolOf(network).endpoints.filter(({ health }) => !unheard.has(RpcHealth.stateOf(health, nowMs)))
  return there.length === 1 ? (await askEach<Result>(there, method, params))[0] : readAgreed(network, method, params)
}

const unheard: ReadonlySet<RpcHealth.RpcState> = new Set(['open', 'lying'])
