import { db, sql } from '@/lib/db'
import { hashToken } from './token'

/** Ends an agent's session on the server. May be called twice. */
export async function endAgentSession(token: string | undefined): Promise<void> {
  if (token) await db.execute(sql`DELETE FROM agent_session WHERE hash = ${hashToken(token)}`)
}
