import { sql, type Tx } from '@/lib/db'
import { wrongFields } from '@/lib/errors'
import type * as ResourceDraft from './ResourceDraft'

/** @throws AppError bad-input if the action's policy is not this merchant's, or is archived. */
export async function assertPolicy(
  tx: Tx,
  merchantId: string,
  { policyId }: ResourceDraft.ResourceDraft,
): Promise<void> {
  if (policyId === null) return
  const [found] = await tx.query(sql`
    SELECT 1 FROM execution_policy
    WHERE id = ${policyId}::uuid AND merchant_id = ${merchantId}::uuid AND archived_at IS NULL`)
  if (found) return
  const message = 'Choose one of your policies: an action is always held to one'
  throw wrongFields([{ field: 'policyId', message }])
}
