import { UserPlus } from 'lucide-react'
import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { requireAgent } from '@/app/_lib/session'
import { Callout } from '@/components/callout'
import { roleNames } from '@/components/member/role-names'
import { roleSentences } from '@/components/member/role-table'
import { AcceptInvitation } from '@/components/member/accept-invitation'
import { Panel } from '@/components/panel'
import { findInvitation } from '@/lib/auth'
import { acceptInvitationAction } from './actions'

export const metadata: Metadata = { title: 'Invitation' }

/** An invitation by link: the signed-in wallet joins a shop, or opens its own. */
export default async function InvitePage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const { wallet } = await requireAgent(`/invite/${encodeURIComponent(token)}`)
  const offer = await findInvitation(token)
  if (!offer)
    return (
      <Callout icon={UserPlus} title="This invitation was used, revoked or has expired">
        <p>Ask for a new link.</p>
      </Callout>
    )
  if (offer.merchantName === null) redirect(`/start?invitation=${token}`)
  return (
    <Panel
      title={`Join ${offer.merchantName}`}
      description={`Your wallet becomes a member with the role ${roleNames[offer.role]}.`}
      contentClassName="flex flex-col gap-4"
    >
      <p>{roleSentences[offer.role]}</p>
      <p className="text-muted-foreground">
        Wallet: <span className="font-mono text-xs break-all">{wallet}</span>
      </p>
      <AcceptInvitation accept={acceptInvitationAction.bind(null, token)} />
    </Panel>
  )
}
