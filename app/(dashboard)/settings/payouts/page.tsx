import { Hourglass } from 'lucide-react'
import type { Metadata } from 'next'
import { networkChoices } from '@/app/(dashboard)/resources/network-choices'
import { requireSession } from '@/app/_lib/session'
import { ownWalletSetup } from '@/app/_lib/wallet-setup'
import { Callout } from '@/components/callout'
import { Panel, Section } from '@/components/panel'
import { CancelPayoutChange } from '@/components/settings/cancel-payout-change'
import { PayoutChangeTable } from '@/components/settings/payout-change-table'
import { PayoutList } from '@/components/settings/payout-list'
import { PayoutsForm } from '@/components/settings/payouts-form'
import { Time } from '@/components/time'
import { MemberScope } from '@/lib/auth'
import { labelNetwork } from '@/lib/chains'
import { findMerchantPayouts, listPayoutChanges } from '@/lib/merchants'
import { beginPayoutsAction, cancelPayoutChangeAction, changePayoutsAction } from '../actions'

export const metadata: Metadata = { title: 'Payouts' }

/** Where the shop's revenue goes, who changed it, and the change that waits. */
export default async function PayoutsPage() {
  const scope = await requireSession()
  const editable = MemberScope.may(scope, scope.merchantId, 'payouts')
  const [profile, changes] = await Promise.all([findMerchantPayouts(scope.merchantId), listPayoutChanges(scope)])
  const waiting = changes.find(({ state }) => state === 'waiting')
  const nameOf = (network: string) => labelNetwork(network).name
  return (
    <>
      {waiting && (
        <Callout icon={Hourglass} title="A change of payouts is waiting">
          <p>
            It applies <Time at={waiting.appliesAt} />. If no owner of this shop signed it, cancel it and remove the
            member <span className="font-mono text-xs break-all">{waiting.requestedBy}</span>.
          </p>
          <PayoutList payouts={waiting.after.payouts} nameOf={nameOf} />
          {editable && <CancelPayoutChange cancel={cancelPayoutChangeAction.bind(null, waiting.id)} />}
        </Callout>
      )}
      <Panel
        title="Payouts of the shop"
        description="Revenue goes straight to these addresses. Resources follow them unless they have payouts of their own."
      >
        {editable && !waiting ? (
          <PayoutsForm
            networks={networkChoices()}
            wallet={scope.address}
            profile={profile}
            setup={ownWalletSetup(scope.address)}
            begin={beginPayoutsAction}
            change={changePayoutsAction}
          />
        ) : (
          <PayoutList payouts={profile.payouts} nameOf={nameOf} />
        )}
      </Panel>
      <Section title="Changes">
        <PayoutChangeTable changes={changes} nameOf={nameOf} />
      </Section>
    </>
  )
}
