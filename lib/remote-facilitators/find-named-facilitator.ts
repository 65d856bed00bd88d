import { Caip, type Caip2 } from '@/lib/money'
import * as Upstream from './RemoteFacilitator'
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
    const { upstreams, local } = await findRoute({ merchantId, network, scheme })
    const address = upstreams.map(({ upstream }) => Upstream.addressOf(upstream, network, scheme)).find(Boolean)
    if (address !== undefined || !local) named[network] = address ?? null
  }
  return named
}
