import { Caip, type Caip2 } from '@/lib/money'
import * as RemoteFacilitator from './RemoteFacilitator'
import { findRoute } from './find-route'

/**
 * True if a merchant's payments on a network and scheme can be settled now: by this server, or by a well facilitator of
 * its route that supports it as far as is known. A payment that names this server is always settled here.
 */
export async function isRouted(merchantId: string, network: Caip2, scheme: string): Promise<boolean> {
  if (scheme !== 'exact' || Caip.isSolana(network)) return true
  const { facilitators, local } = await findRoute({ merchantId, network, scheme })
  return local || facilitators.some(({ facilitator }) => RemoteFacilitator.supports(facilitator, network, scheme))
}
