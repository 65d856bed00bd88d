import { db, sql } from '@/lib/db'
import { hashToken } from './token'
import { type Agent } from './agent-session'

/** An agent's session ends after this long without use. */
const idle = '30 minutes'

/** Updated at most this often. */
const touched = '30 seconds'

/** The agent of a session id, with the wallets that are linked to it now; undefined if it is unknown or expired. */
export async function findAgent(token: string | undefined): Promise<Agent | undefined> {
  if (!token || !/^[0-9a-f]{64}$/.test(token)) return undefined
  const hash = hashToken(token)
  const [row] = await db.query<{ wallet: string; linked: string[]; stale: boolean }>(sql`
    SELECT s.wallet, s.last_seen_at < now() - ${touched}::interval AS stale, ARRAY(
      SELECT l.wallet FROM wallet_link own JOIN wallet_link l USING (person_id)
      WHERE own.wallet = s.wallet AND l.wallet <> s.wallet ORDER BY l.linked_at, l.wallet) AS linked
    FROM agent_session s
    WHERE s.hash = ${hash} AND s.expires_at > now() AND s.last_seen_at > now() - ${idle}::interval`)
  if (!row) return undefined
  if (row.stale) await db.execute(sql`UPDATE agent_session SET last_seen_at = now() WHERE hash = ${hash}`)
  return { wallet: row.wallet, wallets: [row.wallet, ...row.linked] }
}
