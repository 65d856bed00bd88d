import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getAddress } from 'viem'
import { requireSession } from '@/app/_lib/session'
import { ownWalletSetup } from '@/app/_lib/wallet-setup'
import { PageHeader } from '@/components/page-header'
import { emptyState } from '@/components/resource/form-state'
import { ResourceForm } from '@/components/resource/resource-form'
import { MemberScope } from '@/lib/auth'
import { findMerchantPayouts, ResourceDraft, getMerchant } from '@/lib/merchants'
import {
  beginOwnPayoutsAction,
  createResourceAction,
  previewChallenge,
  previewPrice,
  readAbi,
  tryUpstreamAction,
} from '../actions'
import { policyChoices } from '../policy-choices'
import { networkChoices } from '../network-choices'

export const metadata: Metadata = { title: 'New resource' }

export default async function NewResourcePage() {
  const scope = await requireSession()
  if (!MemberScope.may(scope, scope.merchantId, 'sell')) notFound()
  const merchant = await getMerchant(scope, scope.merchantId)
  const { payouts } = await findMerchantPayouts(scope.merchantId)
  const networks = networkChoices()
  const policies = await policyChoices(scope)
  const wallet = getAddress(scope.address)
  return (
    <>
      <PageHeader title="New resource" crumbs={[{ label: 'Resources', href: '/resources' }, { label: 'New' }]} />
      <ResourceForm
        initial={emptyState(networks, payouts, wallet, policies[0]?.id)}
        networks={networks}
        shopPayouts={payouts}
        signing={{ setup: ownWalletSetup(scope.address), begin: beginOwnPayoutsAction.bind(null, merchant.id) }}
        wallet={wallet}
        gatewayUrl={merchant.gatewayUrl}
        methods={ResourceDraft.methods}
        stage="new"
        keptAs={`resource new ${merchant.id}`}
        cancelHref="/resources"
        policies={policies}
        readAbi={readAbi}
        tryUpstream={tryUpstreamAction.bind(null, null)}
        preview={previewChallenge.bind(null, merchant.id)}
        price={previewPrice}
        save={createResourceAction}
      />
    </>
  )
}
