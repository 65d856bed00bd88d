import { Caip, type Caip2 } from '@/lib/money'
import * as Upstream from './RemoteFacilitator'
import { findRoute } from './find-route'

/**
 * Whether anybody would take a merchant's payments of a network and scheme now: we ourselves, or an upstream of its route that is
 * well and, as far as is known, supports it. What names us is ours, whatever the route says.
 */
export async function isRouted(merchantId: string, network: Caip2, scheme: string): Promise<boolean> {
  if (scheme !== 'exact' || Caip.isSolana(network)) return true
  const { upstreams, local } = await findRoute({ merchantId, network, scheme })
  return local || upstreams.some(({ upstream }) => Upstream.supports(upstream, network, scheme))
}
