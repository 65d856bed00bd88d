import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getAddress } from 'viem'
import {
  beginOwnPayoutsAction,
  previewChallenge,
  previewPrice,
  readAbi,
  tryUpstreamAction,
} from '@/app/(dashboard)/resources/actions'
import { networkChoices } from '@/app/(dashboard)/resources/network-choices'
import { policyChoices } from '@/app/(dashboard)/resources/policy-choices'
import { requireSession } from '@/app/_lib/session'
import { ownWalletSetup } from '@/app/_lib/wallet-setup'
import { emptyState } from '@/components/resource/form-state'
import { ResourceForm } from '@/components/resource/resource-form'
import { StartSteps } from '@/components/start/steps'
import { MemberScope } from '@/lib/auth'
import { findMerchantPayouts, getMerchant, ResourceDraft } from '@/lib/merchants'
import { createFirstResourceAction } from '../actions'

export const metadata: Metadata = { title: 'API and price' }

/** The first resource of a new shop. */
export default async function FirstResourcePage() {
  const scope = await requireSession()
  if (!MemberScope.may(scope, scope.merchantId, 'sell')) notFound()
  const merchant = await getMerchant(scope, scope.merchantId)
  const { payouts } = await findMerchantPayouts(scope.merchantId)
  const networks = networkChoices()
  const policies = await policyChoices(scope)
  const wallet = getAddress(scope.address)
  return (
    <>
      <StartSteps current={1} />
      <h1 className="mb-5 text-xl font-semibold tracking-tight">What does {merchant.name} sell?</h1>
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
        cancelHref="/"
        policies={policies}
        readAbi={readAbi}
        tryUpstream={tryUpstreamAction.bind(null, null)}
        preview={previewChallenge.bind(null, merchant.id)}
        price={previewPrice}
        save={createFirstResourceAction}
      />
    </>
  )
}
