import { db, sql } from '@/lib/db'
import { createToken, hashToken } from './token'

/** A wallet that signed in to see what it spent. It acts for no merchant. */
export type Agent = {
  /** Canonical address: lower-case on EVM networks, exact on Solana. */
  wallet: string
}

/** An agent's session that was not used for this long is over. */
const idle = '30 minutes'
/** Written at most this often. */
const touched = '30 seconds'

/**
 * Begins a session of a wallet that proved who it is; a new id every time. It is in no audit log: it opens nobody's books but the
 * wallet's own, anybody can make wallets by the million, and that log is for ever.
 * @returns the session id for the cookie; only its hash is stored.
 */
export async function createAgentSession(wallet: string, lifetimeMs: number): Promise<string> {
  const token = createToken()
  await db.execute(sql`DELETE FROM agent_session WHERE expires_at < now()`)
  await db.execute(sql`
    INSERT INTO agent_session (hash, wallet, expires_at)
    VALUES (${hashToken(token)}, ${wallet}, now() + ${`${lifetimeMs} milliseconds`}::interval)`)
  return token
}

/** The agent of a session id; undefined when it is unknown or over. */
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

/** Ends an agent's session on the server. May be called twice. */
export async function endAgentSession(token: string | undefined): Promise<void> {
  if (token) await db.execute(sql`DELETE FROM agent_session WHERE hash = ${hashToken(token)}`)
}
