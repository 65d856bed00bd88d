import type { Metadata } from 'next'
import { requireSession } from '@/app/_lib/session'
import { Facts } from '@/components/facts'
import { LeaveShop } from '@/components/member/leave-shop'
import { Panel } from '@/components/panel'
import { ShopForm } from '@/components/settings/shop-form'
import { MemberScope } from '@/lib/auth'
import { getMerchant, gatewayUrl } from '@/lib/merchants'
import { removeMemberAction, updateMerchantAction } from './actions'

export const metadata: Metadata = { title: 'Settings' }

/** Name and address of the shop. */
export default async function ShopSettingsPage() {
  const scope = await requireSession()
  const merchant = await getMerchant(scope, scope.merchantId)
  return (
    <>
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
      <Panel title="Leave the shop" description="Your wallet can no longer open it. An owner can invite it again.">
        <LeaveShop name={merchant.name} leave={removeMemberAction.bind(null, scope.address)} />
      </Panel>
    </>
  )
}
