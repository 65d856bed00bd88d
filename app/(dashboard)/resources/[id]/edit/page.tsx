import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getAddress } from 'viem'
import { orNotFound } from '@/app/_lib/or-not-found'
import { requireSession } from '@/app/_lib/session'
import { ownWalletSetup } from '@/app/_lib/wallet-setup'
import { PageHeader } from '@/components/page-header'
import { emptyAction } from '@/components/resource/action-state'
import { stateOf } from '@/components/resource/form-state'
import { ResourceForm } from '@/components/resource/resource-form'
import { MemberScope } from '@/lib/auth'
import { findMerchantPayouts, ResourceDraft, gatewayUrl, getResource } from '@/lib/merchants'
import {
  beginOwnPayoutsAction,
  previewChallenge,
  previewPrice,
  readAbi,
  replayDraft,
  tryUpstreamAction,
  updateResourceAction,
} from '../../actions'
import { policyChoices } from '../../policy-choices'
import { networkChoices } from '../../network-choices'

export const metadata: Metadata = { title: 'Edit resource' }

export default async function EditResourcePage({ params }: { params: Promise<{ id: string }> }) {
  const scope = await requireSession()
  if (!MemberScope.may(scope, scope.merchantId, 'sell')) notFound()
  const { id } = await params
  const resource = await orNotFound(getResource(scope, id))
  const href = `/resources/${id}`
  const { payouts } = await findMerchantPayouts(resource.merchantId)
  const networks = networkChoices()
  const policies = await policyChoices(scope)
  const empty = emptyAction(networks[0]?.network ?? '', policies[0]?.id ?? '')
  return (
    <>
      <PageHeader
        title="Edit resource"
        crumbs={[{ label: 'Resources', href: '/resources' }, { label: resource.name, href }, { label: 'Edit' }]}
      />
      <ResourceForm
        initial={stateOf(resource, empty)}
        networks={networks}
        shopPayouts={payouts}
        signing={{ setup: ownWalletSetup(scope.address), begin: beginOwnPayoutsAction.bind(null, resource.merchantId) }}
        wallet={getAddress(scope.address)}
        gatewayUrl={gatewayUrl(resource.merchantSlug)}
        methods={ResourceDraft.methods}
        stage={resource.status === 'draft' ? 'draft' : 'edit'}
        keptAs={`resource ${id} ${resource.revision}`}
        cancelHref={href}
        policies={policies}
        readAbi={readAbi}
        tryUpstream={tryUpstreamAction.bind(null, { merchantSlug: resource.merchantSlug, id })}
        preview={previewChallenge.bind(null, resource.merchantId)}
        price={previewPrice}
        replay={replayDraft.bind(null, id)}
        save={updateResourceAction.bind(null, id, resource.revision, resource.status === 'draft')}
      />
    </>
  )
}
