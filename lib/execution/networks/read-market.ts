import { Chain } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import type * as Fee from '../Fee'
import { readFreshMarket, markets } from './read-fresh-market'

const ageMaxMs = 1_000

/**
 * What the network asks for now. Shared for half a block or a second: the headroom of an offer is six blocks.
 * @throws TransportError when no endpoint answers; RpcError when none can tell.
 */
export function readMarket(network: Caip2): Promise<Fee.FeeMarket> {
  const known = markets.get(network)
  const ageMs = Math.min(ageMaxMs, Chain.get(network).blockTimeMs / 2)
  if (known && performance.now() - known.atMs < ageMs) return known.market
  return readFreshMarket(network)
}
