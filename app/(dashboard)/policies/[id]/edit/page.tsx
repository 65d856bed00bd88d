import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { requireSession } from '@/app/_lib/session'
import { PageHeader } from '@/components/page-header'
import { PolicyForm } from '@/components/policy/policy-form'
import { MemberScope } from '@/lib/auth'
import { Filter } from '@/lib/paging'
import { findPolicy, ExecutionPolicyDraft } from '@/lib/policies'
import { updatePolicyAction } from '../../actions'
import { policyChoices } from '../../choices'

export const metadata: Metadata = { title: 'Edit policy' }

export default async function EditPolicyPage({ params }: { params: Promise<{ id: string }> }) {
  const scope = await requireSession()
  const { id } = await params
  const policy = Filter.isId(id) ? await findPolicy(scope, id) : undefined
  if (!policy || !MemberScope.may(scope, scope.merchantId, 'execute') || policy.archivedAt !== null) notFound()
  const { networks, units } = policyChoices()
  return (
    <>
      <PageHeader
        title={`Edit ${policy.name}`}
        crumbs={[
          { label: 'Policies', href: '/policies' },
          { label: policy.name, href: `/policies/${id}` },
          { label: 'Edit' },
        ]}
        description="A new version applies from the next request on. Transactions that were allowed before continue."
      />
      <PolicyForm
        initial={ExecutionPolicyDraft.from(policy.name, policy.rules)}
        networks={networks}
        units={units}
        submitLabel="Save policy"
        cancelHref={`/policies/${id}`}
        save={updatePolicyAction.bind(null, id, policy.version)}
      />
    </>
  )
}
