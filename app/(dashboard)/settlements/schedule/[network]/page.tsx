import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { requireSession } from '@/app/_lib/session'
import { PageHeader } from '@/components/page-header'
import { PolicyForm } from '@/components/settlement/policy-form'
import { MemberScope } from '@/lib/auth'
import { labelNetwork } from '@/lib/chains'
import { findSettlementTerms, listSessionNetworks, SettlementTermsDraft } from '@/lib/channels'
import { previewPolicyAction, updatePolicyAction } from '../../actions'
import { describePolicy } from '../../describe-policy'

export const metadata: Metadata = { title: 'Settlement schedule' }

export default async function SchedulePage({ params }: { params: Promise<{ network: string }> }) {
  const scope = await requireSession()
  const asked = decodeURIComponent((await params).network)
  const network = listSessionNetworks().find((served) => served === asked)
  if (!MemberScope.may(scope, scope.merchantId, 'settle') || network === undefined) notFound()
  const policy = await findSettlementTerms(scope.merchantId, network)
  const initial = SettlementTermsDraft.from(policy)
  const { name, gasSymbol } = labelNetwork(network)
  return (
    <>
      <PageHeader
        title={`Schedule on ${name}`}
        crumbs={[{ label: 'Settlements', href: '/settlements' }, { label: 'Schedule' }]}
        description="When your channels are paid out, and the limits of agents until then. The first rule that is met settles."
      />
      <PolicyForm
        initial={initial}
        described={await describePolicy(scope, network, initial)}
        gasSymbol={gasSymbol}
        preview={previewPolicyAction.bind(null, network)}
        save={updatePolicyAction.bind(null, network, policy.revision)}
      />
    </>
  )
}
