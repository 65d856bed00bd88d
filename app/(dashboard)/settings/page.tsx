import type { Metadata } from 'next'
import { requireSession } from '@/app/_lib/session'
import { ownWalletSetup } from '@/app/_lib/wallet-setup'
import { Facts } from '@/components/facts'
import { LeaveShop } from '@/components/member/leave-shop'
import { Panel } from '@/components/panel'
import { PauseShop, ShopClosed, ShopPaused } from '@/components/resource/shop-pause'
import { DangerZone } from '@/components/settings/danger-zone'
import { ShopForm } from '@/components/settings/shop-form'
import { MemberScope } from '@/lib/auth'
import { getMerchant, gatewayUrl } from '@/lib/merchants'
import { findClosingObstacles } from '@/lib/settlement'
import { setShopPausedAction } from '../resources/actions'
import { beginClosingAction, closeShopAction, removeMemberAction, updateMerchantAction } from './actions'

export const metadata: Metadata = { title: 'Settings' }

/** Name and address of the shop. */
export default async function ShopSettingsPage() {
  const scope = await requireSession()
  const merchant = await getMerchant(scope, scope.merchantId)
  const sells = merchant.closedAt === null && MemberScope.may(scope, merchant.id, 'sell')
  const mayClose = merchant.closedAt === null && MemberScope.may(scope, merchant.id, 'shop')
  const setPaused = setShopPausedAction.bind(null, merchant.id)
  return (
    <>
      {merchant.closedAt && <ShopClosed at={merchant.closedAt.toISOString()} />}
      <Panel title="Shop" description="Agents and receipts show this name.">
        {MemberScope.may(scope, scope.merchantId, 'shop') ? (
          <ShopForm
            name={merchant.name}
            slug={merchant.slug}
            gatewayPrefix={gatewayUrl('')}
            save={updateMerchantAction}
          />
        ) : (
          <Facts
            facts={[
              { label: 'Name', value: merchant.name },
              { label: 'Address', value: <span className="font-mono text-xs break-all">{merchant.gatewayUrl}</span> },
            ]}
          />
        )}
      </Panel>
      <Panel
        title="Sales"
        description="A pause of all resources: agents get 503 with Retry-After. Payments that were made are finished."
      >
        {merchant.closedAt ? (
          <p className="text-muted-foreground">The shop is closed.</p>
        ) : merchant.pausedAt ? (
          <ShopPaused at={merchant.pausedAt.toISOString()} setPaused={sells && setPaused} />
        ) : sells ? (
          <PauseShop setPaused={setPaused} />
        ) : (
          <p className="text-muted-foreground">Sales are on.</p>
        )}
      </Panel>
      <Panel title="Leave the shop" description="Your wallet can no longer open it. An owner can invite it again.">
        <LeaveShop name={merchant.name} leave={removeMemberAction.bind(null, scope.address)} />
      </Panel>
      {mayClose && (
        <DangerZone
          slug={merchant.slug}
          obstacles={await findClosingObstacles(merchant.id)}
          setup={ownWalletSetup(scope.address)}
          begin={beginClosingAction}
          close={closeShopAction}
        />
      )}
    </>
  )
}
