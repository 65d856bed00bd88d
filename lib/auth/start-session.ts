import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { createToken, hashToken } from './token'

/** A session ends this long after sign-in, whatever happens. */
export const sessionMs = 12 * 3_600_000

type Input = { address: string; merchantId: string; device: string }

/**
 * Starts a dashboard session of a wallet at a merchant, in the caller's transaction. The caller has checked that the wallet may
 * act for it. Each call starts one.
 * @returns the session id for the cookie; only its hash is stored.
 */
export async function startSession(tx: Tx, ctx: Ctx, { address, merchantId, device }: Input): Promise<string> {
  const token = createToken()
  await tx.execute(sql`DELETE FROM session WHERE expires_at < now()`)
  await tx.execute(sql`
    INSERT INTO session (hash, address, merchant_id, device, expires_at)
    VALUES (${hashToken(token)}, ${address}, ${merchantId}::uuid, ${device}, now() + ${`${sessionMs} milliseconds`}::interval)`)
  await tx.execute(sql`
    UPDATE member SET opened_at = now() WHERE merchant_id = ${merchantId}::uuid AND address = ${address}`)
  await recordEvent(tx, ctx, { type: 'session.created', merchantId })
  return token
}
