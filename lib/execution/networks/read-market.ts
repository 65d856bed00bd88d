import { Chain } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import type * as Fee from '../Fee'
import { readFreshMarket, markets } from './read-fresh-market'

const ageMaxMs = 1_000

/**
 * The current market, cached for half a block or one second: the headroom of an offer is six blocks.
 * @throws TransportError if no endpoint answers; RpcError if none can say.
 */
export function readMarket(network: Caip2): Promise<Fee.FeeMarket> {
  const known = markets.get(network)
  const ageMs = Math.min(ageMaxMs, Chain.get(network).blockTimeMs / 2)
  if (known && performance.now() - known.atMs < ageMs) return known.market
  return readFreshMarket(network)
}
