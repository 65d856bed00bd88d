import type { Resource } from '@/lib/merchants'
import { Caip } from '@/lib/money'
import type { Protocol } from '@/lib/payments'
import { findNamedFacilitator } from '@/lib/remote-facilitators'

type Sold = Pick<Resource, 'merchantId' | 'pricing' | 'permit2' | 'contractPayers' | 'payouts'>

/** What a resource takes, and whom its payers sign for where an upstream of its merchant's route settles and has to be named. */
export async function findAcceptedMethods({
  merchantId,
  pricing,
  permit2,
  contractPayers,
  payouts,
}: Sold): Promise<Protocol.AcceptedMethods> {
  const takes = { permit2, contracts: contractPayers, deploys: contractPayers }
  // Only what is metered, or paid on Solana, is signed for somebody who is named.
  const networks = payouts.map(({ network }) => network).filter((network) => pricing || Caip.isSolana(network))
  return networks.length === 0 ? takes : { ...takes, facilitators: await findNamedFacilitator(merchantId, networks) }
}
