import { Caip, type Caip2 } from '@/lib/money'
import * as RemoteFacilitator from './RemoteFacilitator'
import { findRoute } from './find-route'

/**
 * Whether anybody would take a merchant's payments of a network and scheme now: we ourselves, or a facilitator of its route that is
 * well and, as far as is known, supports it. What names us is ours, whatever the route says.
 */
export async function isRouted(merchantId: string, network: Caip2, scheme: string): Promise<boolean> {
  if (scheme !== 'exact' || Caip.isSolana(network)) return true
  const { facilitators, local } = await findRoute({ merchantId, network, scheme })
  return local || facilitators.some(({ facilitator }) => RemoteFacilitator.supports(facilitator, network, scheme))
}
