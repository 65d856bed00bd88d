import type { Resource } from '@/lib/merchants'
import { Caip } from '@/lib/money'
import type { Protocol } from '@/lib/payments'
import { findNamedFacilitator } from '@/lib/remote-facilitators'

type PayableResource = Pick<Resource, 'merchantId' | 'pricing' | 'permit2' | 'contractPayers' | 'payouts'>

/**
 * Returns the payment methods that a resource accepts, and, if a remote facilitator of the merchant settles, the address
 * that payers must name in their signature.
 */
export async function findAcceptedMethods({
  merchantId,
  pricing,
  permit2,
  contractPayers,
  payouts,
}: PayableResource): Promise<Protocol.AcceptedMethods> {
  const takes = { permit2, contracts: contractPayers, deploys: contractPayers }
  // Only metered payments, and payments on Solana, name a facilitator in the signature.
  const networks = payouts.map(({ network }) => network).filter((network) => pricing || Caip.isSolana(network))
  return networks.length === 0 ? takes : { ...takes, facilitators: await findNamedFacilitator(merchantId, networks) }
}
