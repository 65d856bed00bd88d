import { Caip, type Caip2 } from '@/lib/money'
import * as RemoteFacilitator from './RemoteFacilitator'
import { findRoute } from './find-route'

/**
 * Whom payers have to sign for where only whom they name can settle (`upto`, and on Solana `exact`), by network: the first of the
 * merchant's route who is well and says its address, null where nobody is. Networks that this server settles are left out.
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
