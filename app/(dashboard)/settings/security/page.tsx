import type { Metadata } from 'next'
import { requireSession, sessionToken } from '@/app/_lib/session'
import { Section } from '@/components/panel'
import { EndSession } from '@/components/settings/end-session'
import { SessionTable } from '@/components/settings/session-table'
import { ownWalletSetup } from '@/app/_lib/wallet-setup'
import { AddPasskey } from '@/components/settings/add-passkey'
import { PasskeyTable } from '@/components/settings/passkey-table'
import { listPasskeys, listSessions } from '@/lib/auth'
import { addPasskeyAction, beginPasskeyAction, endSessionsAction, removePasskeyAction } from '../actions'

export const metadata: Metadata = { title: 'Security' }

/** The open sessions and the passkeys of the signed-in wallet. */
export default async function SecurityPage() {
  const scope = await requireSession()
  const [sessions, passkeys] = await Promise.all([
    listSessions(scope.address, await sessionToken()),
    listPasskeys(scope.address),
  ])
  return (
    <>
      <Section
        title="Sessions"
        description="A session ends 30 minutes after its last use, and 12 hours after sign-in."
        actions={
          sessions.length > 1 && <EndSession label="Sign out all others" end={endSessionsAction.bind(null, null)} />
        }
      >
        <SessionTable sessions={sessions} end={endSessionsAction} />
      </Section>
      <Section
        title="Passkeys"
        description="A passkey of your phone or computer signs in without the wallet. It cannot change payouts."
        actions={<AddPasskey setup={ownWalletSetup(scope.address)} begin={beginPasskeyAction} add={addPasskeyAction} />}
      >
        <PasskeyTable passkeys={passkeys} remove={removePasskeyAction} />
      </Section>
    </>
  )
}
