import { Escrow } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import { findRoute } from './find-route'
import { type RouteCandidate } from './SettlementRoute'
import * as RemoteFacilitator from './RemoteFacilitator'

/**
 * The facilitators of a merchant's route that claim on its channels, and whether this server claims if they all refuse.
 */
export type ClaimRoute = { candidates: readonly RouteCandidate[]; local: boolean }

const scheme = 'batch-settlement'

/**
 * Undefined if this server settles the merchant's channels itself, which is always so except on the batch-settlement
 * escrow.
 */
export async function findClaimRoute(merchantId: string, network: Caip2): Promise<ClaimRoute | undefined> {
  if (Escrow.kindOn(network) !== 'batch-settlement') return undefined
  const { facilitators, local } = await findRoute({ merchantId, network, scheme })
  const candidates = facilitators.filter(({ facilitator }) => RemoteFacilitator.supports(facilitator, network, scheme))
  return local && candidates.length === 0 ? undefined : { candidates, local }
}
