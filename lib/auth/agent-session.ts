import { db, sql } from '@/lib/db'
import { createToken, hashToken } from './token'

/** A wallet that signed in to see what it spent. It acts for no merchant. */
export type Agent = {
  /** Canonical address: lower-case on EVM networks, exact on Solana. */
  wallet: string
}

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
