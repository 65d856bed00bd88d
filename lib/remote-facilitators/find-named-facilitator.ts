import { Caip, type Caip2 } from '@/lib/money'
import * as RemoteFacilitator from './RemoteFacilitator'
import { findRoute } from './find-route'

/**
 * The address that payers have to sign for where the signature names its settler (`upto`; on Solana also `exact`), by
 * network: of the first well facilitator of the merchant's route that publishes one, null if there is none. Networks
 * that this server settles are left out.
 */
export async function findNamedFacilitator(
  merchantId: string,
  networks: readonly Caip2[],
): Promise<Record<string, string | null>> {
  const named: Record<string, string | null> = {}
  for (const network of networks) {
    const scheme = Caip.isSolana(network) ? 'exact' : 'upto'
    const { facilitators, local } = await findRoute({ merchantId, network, scheme })
    const address = facilitators
      .map(({ facilitator }) => RemoteFacilitator.addressOf(facilitator, network, scheme))
      .find(Boolean)
    if (address !== undefined || !local) named[network] = address ?? null
  }
  return named
}
