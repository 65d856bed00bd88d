import { MemberScope } from '@/lib/auth'
import { sql, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import type { Resource } from './Resource'
import * as ResourceRow from './ResourceRow'

export type LockedResource = ResourceRow.StoredContent &
  Pick<Resource, 'id' | 'merchantId' | 'merchantSlug' | 'status' | 'revision'> & {
    payouts: { network: Caip2; payTo: `0x${string}` }[]
  }

/**
 * The row of a resource, locked until the transaction ends.
 * @throws AppError not-found or not-allowed
 */
export async function lockResource(tx: Tx, scope: MemberScope.MemberScope, id: string): Promise<LockedResource> {
  const [row] = await tx.query<LockedResource>(sql`
    SELECT r.id, r.merchant_id, r.status, r.revision, ${ResourceRow.selected}, m.slug AS merchant_slug,
      (SELECT coalesce(json_agg(json_build_object('network', p.network, 'payTo', p.pay_to) ORDER BY p.network), '[]')
         FROM resource_payout p WHERE p.resource_id = r.id) AS payouts
    FROM resource r JOIN merchant m ON m.id = r.merchant_id
    WHERE r.id::text = ${id} FOR UPDATE OF r`)
  if (!row) throw new AppError('not-found', 'There is no such resource.')
  MemberScope.assertMay(scope, row.merchantId, 'sell')
  return row
}
