import { findMerchantPayouts } from './find-merchant-payouts'
import { db } from '@/lib/db'

/**
 * A resource's input with the merchant's payouts, unless it has its own. For `ResourceDraft.parse`, whose rules need the networks.
 * @param input as typed; anything else than an object stays as it is.
 */
export async function fillPayouts(
  merchantId: string,
  input: unknown,
  source: Pick<typeof db, 'query'> = db,
): Promise<unknown> {
  if (typeof input !== 'object' || input === null || (input as { ownPayouts?: unknown }).ownPayouts !== false)
    return input
  const { payouts } = await findMerchantPayouts(merchantId, source)
  return { ...input, payouts }
}
