import { Plus, ShieldCheck } from 'lucide-react'
import type { Metadata } from 'next'
import { requireSession } from '@/app/_lib/session'
import { Empty } from '@/components/empty'
import { PageHeader } from '@/components/page-header'
import { PolicyTable } from '@/components/policy/policy-table'
import { ButtonLink } from '@/components/ui/button-link'
import { findServerWallets, MemberScope, serverWalletsRefused } from '@/lib/auth'
import { labelNetwork } from '@/lib/chains'
import { listPolicies, type StoredExecutionPolicy } from '@/lib/policies'

export const metadata: Metadata = { title: 'Policies' }

export default async function PoliciesPage() {
  const scope = await requireSession()
  const [policies, isPaidFor] = await Promise.all([listPolicies(scope), findServerWallets(scope, scope.merchantId)])
  const add = isPaidFor && MemberScope.may(scope, scope.merchantId, 'execute') && (
    <ButtonLink href="/policies/new">
      <Plus aria-hidden /> New policy
    </ButtonLink>
  )
  return (
    <>
      <PageHeader
        title="Policies"
        description="What programs and paying agents may execute on chain: which functions, for how much, and how often a day."
        actions={policies.length > 0 && add}
      />
      <PolicyTable
        policies={policies.map(toRow)}
        empty={
          <Empty icon={ShieldCheck} title="No policies yet" action={add}>
            {isPaidFor ? 'Nothing is executed until a policy allows it.' : serverWalletsRefused().message}
          </Empty>
        }
      />
    </>
  )
}

function toRow({ id, name, version, rules, updatedAt, archivedAt }: StoredExecutionPolicy) {
  return {
    id,
    name,
    version,
    updatedAt,
    archived: archivedAt !== null,
    contracts: rules.contracts.length,
    networks: [...new Set(rules.contracts.map(({ network }) => labelNetwork(network).name))],
    maxValueWei: rules.maxValueWei.toString(),
    maxFeeWei: rules.maxFeeWei.toString(),
    symbol: labelNetwork(rules.contracts[0]?.network ?? '').gasSymbol,
  }
}
