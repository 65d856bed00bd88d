import { db, sql } from '@/lib/db'
import { createToken, hashToken } from './token'

/** A wallet that signed in to see its own payments. It acts for no merchant. */
export type Agent = {
  /** Canonical address: lower-case on EVM networks, exact on Solana. */
  wallet: string
  /** This wallet first, then those that its owner linked to it. What the session may read. */
  wallets: readonly string[]
}

/**
 * Starts a session of a wallet that proved its identity; a new id every time. No audit event: the session opens only the
 * wallet's own data, wallets can be made by the million, and the log is kept for ever.
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
