import { Store } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { networkChoices } from '@/app/(dashboard)/resources/network-choices'
import { requireAgent } from '@/app/_lib/session'
import { ownWalletSetup } from '@/app/_lib/wallet-setup'
import { Callout } from '@/components/callout'
import { OpenShopForm } from '@/components/start/open-shop-form'
import { StartSteps } from '@/components/start/steps'
import { ButtonLink } from '@/components/ui/button-link'
import { findInvitation, isOperator } from '@/lib/auth'
import { env } from '@/lib/env'
import { gatewayUrl, listOwnMerchants } from '@/lib/merchants'
import { beginShopAction, openShopAction, checkSlugAction } from './actions'

export const metadata: Metadata = { title: 'Open a shop' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

/** Opens a shop for the signed-in wallet, or says why it may not. */
export default async function StartPage({ searchParams }: Props) {
  const { invitation } = await searchParams
  const token = typeof invitation === 'string' ? invitation : null
  const { wallet } = await requireAgent(token ? `/start?invitation=${encodeURIComponent(token)}` : '/start')
  const [merchants, offer] = await Promise.all([
    listOwnMerchants({ address: wallet }),
    token === null ? undefined : findInvitation(token),
  ])
  const isInvited = offer !== undefined && offer.merchantName === null
  const mayOpen = isOperator(wallet) || env.SIGN_UP === 'open' || (env.SIGN_UP === 'invite' && isInvited)
  return (
    <>
      {mayOpen && <StartSteps current={0} />}
      <h1 className="text-xl font-semibold tracking-tight">Open a shop</h1>
      <p className="mt-1 mb-5 text-muted-foreground">
        Sell an HTTP API to agents. It takes two minutes: a name and where the money goes, then the address of your API
        and a price. You came to see what your agent paid?{' '}
        <Link href="/me" className="rounded-sm text-brand underline">
          Open your spending
        </Link>
        .
      </p>
      {merchants.length > 0 && (
        <Callout icon={Store} title="Your wallet has a shop already">
          <p>
            {merchants.map(({ name }) => name).join(', ')}.{' '}
            <Link href="/" className="rounded-sm text-brand underline">
              Open the dashboard
            </Link>
          </p>
        </Callout>
      )}
      {mayOpen ? (
        <OpenShopForm
          networks={networkChoices()}
          wallet={wallet}
          gatewayPrefix={gatewayUrl('')}
          setup={ownWalletSetup(wallet)}
          checkSlug={checkSlugAction}
          begin={beginShopAction}
          open={openShopAction.bind(null, token)}
        />
      ) : (
        <Closed isBroken={token !== null && !isInvited} />
      )}
    </>
  )
}

/** This installation does not take the wallet. */
function Closed({ isBroken }: { isBroken: boolean }) {
  const title = isBroken
    ? 'This invitation was used, revoked or has expired'
    : env.SIGN_UP === 'invite'
      ? 'This installation takes shops by invitation'
      : 'This installation takes no new shops'
  return (
    <Callout icon={Store} title={title}>
      <p>
        {env.OPERATOR_CONTACT
          ? `Ask its operator: ${env.OPERATOR_CONTACT}`
          : 'Ask its operator for an invitation link.'}
      </p>
      <p className="mt-3">
        <ButtonLink href="/me" variant="outline">
          See what I paid
        </ButtonLink>
      </p>
    </Callout>
  )
}
