import { Building2 } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { requireSession } from '@/app/_lib/session'
import { switchMerchantAction } from '@/app/(dashboard)/settings/actions'
import { Empty } from '@/components/empty'
import { InvitationTable } from '@/components/member/invitation-table'
import { InviteMerchant } from '@/components/merchant/invite-merchant'
import { MerchantTable } from '@/components/merchant/merchant-table'
import { Section } from '@/components/panel'
import { PageHeader } from '@/components/page-header'
import { ButtonLink } from '@/components/ui/button-link'
import { listInvitations } from '@/lib/auth'
import { env } from '@/lib/env'
import { listAllMerchants } from '@/lib/merchants'
import { inviteMerchantAction, revokeMerchantInvitationAction, setServerWalletsAction } from './actions'

export const metadata: Metadata = { title: 'Merchants' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

const signUpSentences = {
  open: 'Every wallet may open a shop (SIGN_UP=open).',
  invite: 'A wallet needs an invitation to open a shop (SIGN_UP=invite).',
  off: 'Only operators open shops (SIGN_UP=off).',
} as const

/** Every merchant of the installation, for operators. */
export default async function MerchantsPage({ searchParams }: Props) {
  const scope = await requireSession()
  if (!scope.operator) notFound()
  const { q } = await searchParams
  const text = typeof q === 'string' ? q.slice(0, 100) : ''
  const [merchants, invitations] = await Promise.all([listAllMerchants(scope, text), listInvitations(scope, true)])
  return (
    <>
      <PageHeader
        title="Merchants"
        description={`All shops of this installation. ${signUpSentences[env.SIGN_UP]} Refunds, executions and facilitator limits of a stranger’s shop are paid by the wallets of this server only if you switch that on.`}
        actions={
          <>
            <InviteMerchant invite={inviteMerchantAction} />
            <ButtonLink href="/start">Open a shop</ButtonLink>
          </>
        }
      />
      <MerchantTable
        merchants={merchants}
        text={text}
        current={scope.merchantId}
        open={switchMerchantAction}
        setServerWallets={setServerWalletsAction}
        empty={
          <Empty icon={Building2} title={text ? `No shop is called “${text}”` : 'No shop yet'}>
            {text ? 'The search looks in names and addresses.' : 'Open one, or invite a merchant.'}
          </Empty>
        }
      />
      {invitations.length > 0 && (
        <Section title="Invitations" className="mt-6">
          <InvitationTable invitations={invitations} revoke={revokeMerchantInvitationAction} />
        </Section>
      )}
    </>
  )
}
