import { isDeepStrictEqual } from 'node:util'
import type { Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { findMerchantPayouts } from './find-merchant-payouts'
import type { ResourceDraft } from './ResourceDraft'

/**
 * Checks, after the merchant's row is locked, that a resource that follows the merchant's payouts was filled with those in force.
 * @throws AppError stale-state
 */
export async function assertPayoutsCurrent(tx: Tx, merchantId: string, draft: ResourceDraft): Promise<void> {
  if (draft.ownPayouts) return
  const { payouts } = await findMerchantPayouts(merchantId, tx)
  if (!isDeepStrictEqual(payouts, draft.payouts))
    throw new AppError('stale-state', 'The payouts of the shop have just changed. Save again.')
}
