import type { Metadata } from 'next'
import { requireSession, sessionToken } from '@/app/_lib/session'
import { Section } from '@/components/panel'
import { EndSession } from '@/components/settings/end-session'
import { SessionTable } from '@/components/settings/session-table'
import { listSessions } from '@/lib/auth'
import { endSessionsAction } from '../actions'

export const metadata: Metadata = { title: 'Security' }

/** The open sessions of the signed-in wallet. */
export default async function SecurityPage() {
  const scope = await requireSession()
  const sessions = await listSessions(scope.address, await sessionToken())
  return (
    <Section
      title="Sessions"
      description="A session ends 30 minutes after its last use, and 12 hours after sign-in."
      actions={
        sessions.length > 1 && <EndSession label="Sign out all others" end={endSessionsAction.bind(null, null)} />
      }
    >
      <SessionTable sessions={sessions} end={endSessionsAction} />
    </Section>
  )
}
