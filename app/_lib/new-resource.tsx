import type { ComponentProps } from 'react'
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
import { emptyState } from '@/components/resource/form-state'
import { ResourceForm } from '@/components/resource/resource-form'
import type { MemberScope } from '@/lib/auth'
import { findMerchantPayouts, ResourceDraft, type MerchantView } from '@/lib/merchants'
import { ownWalletSetup } from './wallet-setup'

type Props = Pick<ComponentProps<typeof ResourceForm>, 'cancelHref' | 'save'> & {
  scope: MemberScope.MemberScope
  merchant: MerchantView
}

/** The form of a new resource of a merchant. */
export async function NewResource({ scope, merchant, ...ends }: Props) {
  const { payouts } = await findMerchantPayouts(merchant.id)
  const networks = networkChoices()
  const policies = await policyChoices(scope)
  const wallet = getAddress(scope.address)
  return (
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
      policies={policies}
      readAbi={readAbi}
      tryUpstream={tryUpstreamAction.bind(null, null)}
      preview={previewChallenge.bind(null, merchant.id)}
      price={previewPrice}
      {...ends}
    />
  )
}
