import { findServerWallets } from '@/lib/auth'
import { wrongFields } from '@/lib/errors'
import { Rail } from '@/lib/money'
import type * as MerchantDraft from './MerchantDraft'

const words = {
  stripe: 'This is the Stripe balance of the operator of this server. Write an account of your own, acct_…',
  lightning:
    'The Lightning node of this server is its operator’s, and holds what arrives. Ask the operator to allow it for your shop under Merchants',
} as const

/**
 * Refuses payouts to the operator's own Stripe balance or Lightning node for a shop that the operator does not trust: its money
 * would arrive at the operator, whatever the shop believes. An account that Stripe Connect pays is the shop's own.
 * @param merchantId undefined for a shop that is opened now.
 * @throws AppError bad-input (field payouts.{network})
 */
export async function assertRailPayouts(
  scope: { operator: boolean },
  merchantId: string | undefined,
  payouts: readonly MerchantDraft.PayoutAddress[],
): Promise<void> {
  const ofOperator = payouts.flatMap(({ network, payTo }) => {
    const rail = Rail.kindOf(network)
    return rail && !payTo.startsWith('acct_') ? [{ field: `payouts.${network}`, message: words[rail] }] : []
  })
  if (ofOperator.length === 0 || scope.operator) return
  if (merchantId !== undefined && (await findServerWallets(scope, merchantId))) return
  throw wrongFields(ofOperator)
}
