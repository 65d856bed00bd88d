import { MemberScope } from '@/lib/auth'
import { sql, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'

export type LockedEndpoint = {
  id: string
  merchantId: string
  url: string
  description: string
  types: string[]
  sealed: Buffer
  isDisabled: boolean
}

/**
 * The row of an endpoint, locked until the transaction ends.
 * @throws AppError not-found, also for another merchant's; not-allowed for a role that may not integrate.
 */
export async function lockEndpoint(tx: Tx, scope: MemberScope.MemberScope, id: string): Promise<LockedEndpoint> {
  const [row] = await tx.query<LockedEndpoint>(sql`
    SELECT id, merchant_id, url, description, types, sealed, disabled_at IS NOT NULL AS is_disabled
    FROM webhook_endpoint WHERE id::text = ${id} FOR UPDATE`)
  if (!row || !(scope.operator || scope.merchantId === row.merchantId))
    throw new AppError('not-found', 'There is no such endpoint.')
  MemberScope.assertMay(scope, row.merchantId, 'integrate')
  return row
}
