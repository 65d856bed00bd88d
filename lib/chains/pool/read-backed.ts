import type { Caip2 } from '@/lib/money'
import * as RpcHealth from './RpcHealth'
import { poolOf } from './pools'
import { readAgreed } from './read-agreed'
import { askEach } from './ask-each'

/**
 * For facts that money is booked by before finality: what two endpoints agree on. A single answer counts only if all
 * other endpoints are lost; a final block still needs two. Undefined if they disagree. Never throws for trouble with
 * the chain.
 * @throws TypeError if the network is not served.
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
