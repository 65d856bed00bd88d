import { db, sql } from '@/lib/db'
import { hashToken } from './token'
import { type Agent } from './agent-session'

/** An agent's session ends after this long without use. */
const idle = '30 minutes'

/** Updated at most this often. */
const touched = '30 seconds'

/** The agent of a session id; undefined if it is unknown or expired. */
export async function findAgent(token: string | undefined): Promise<Agent | undefined> {
  if (!token || !/^[0-9a-f]{64}$/.test(token)) return undefined
  const hash = hashToken(token)
  const [row] = await db.query<{ wallet: string; stale: boolean }>(sql`
    SELECT wallet, last_seen_at < now() - ${touched}::interval AS stale FROM agent_session
    WHERE hash = ${hash} AND expires_at > now() AND last_seen_at > now() - ${idle}::interval`)
  if (!row) return undefined
  if (row.stale) await db.execute(sql`UPDATE agent_session SET last_seen_at = now() WHERE hash = ${hash}`)
  return { wallet: row.wallet }
}
