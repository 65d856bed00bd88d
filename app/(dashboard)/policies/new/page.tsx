import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { requireSession } from '@/app/_lib/session'
import { PageHeader } from '@/components/page-header'
import { PolicyForm } from '@/components/policy/policy-form'
import { findServerWallets, MemberScope } from '@/lib/auth'
import { createPolicyAction } from '../actions'
import { blankPolicy, policyChoices } from '../choices'

export const metadata: Metadata = { title: 'New policy' }

export default async function NewPolicyPage() {
  const scope = await requireSession()
  if (!MemberScope.may(scope, scope.merchantId, 'execute')) notFound()
  if (!(await findServerWallets(scope, scope.merchantId))) redirect('/policies')
  const { networks, units } = policyChoices()
  return (
    <>
      <PageHeader
        title="New policy"
        crumbs={[{ label: 'Policies', href: '/policies' }, { label: 'New' }]}
        description="Only what is written here is allowed, and every rule is enforced."
      />
      <PolicyForm
        initial={blankPolicy(networks[0]?.value ?? '')}
        networks={networks}
        units={units}
        submitLabel="Create policy"
        cancelHref="/policies"
        save={createPolicyAction}
      />
    </>
  )
}
