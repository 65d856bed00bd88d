import { sql, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import type { PayoutAddress } from './MerchantDraft'
import * as ResourceDraft from './ResourceDraft'
import * as ResourceRow from './ResourceRow'

export type FollowingResource = ResourceRow.StoredContent & { id: string; revision: number }

/**
 * The resources that follow a merchant's payouts, locked until the transaction ends.
 * @throws AppError stale-state if one that is sold by sessions would have no network with channels under these payouts.
 */
export async function lockFollowing(
  tx: Tx,
  merchantId: string,
  payouts: readonly PayoutAddress[],
): Promise<FollowingResource[]> {
  const following = await tx.query<FollowingResource>(sql`
    SELECT ${ResourceRow.selected}, r.id, r.revision FROM resource r
    WHERE r.merchant_id = ${merchantId}::uuid AND NOT r.own_payouts ORDER BY r.id FOR UPDATE`)
  for (const resource of following)
    if (resource.session && !payouts.some(({ network }) => ResourceDraft.hasChannels(network, resource.meter)))
      throw new AppError(
        'stale-state',
        `The resource “${resource.name}” is sold by sessions and needs a network with channels. Add one, or give the resource payouts of its own.`,
      )
  return following
}
