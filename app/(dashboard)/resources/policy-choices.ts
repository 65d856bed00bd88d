import type { PolicyChoice } from '@/components/resource/action-fields'
import type { Reader } from '@/lib/ctx'
import { listPolicies } from '@/lib/policies'

/** The policies that an action may use: this merchant's, without archived ones. */
export async function policyChoices({ merchantId }: Reader): Promise<PolicyChoice[]> {
  const policies = await listPolicies({ operator: false, merchantId })
  return policies.filter(({ archivedAt }) => archivedAt === null).map(({ id, name }) => ({ id, name }))
}
