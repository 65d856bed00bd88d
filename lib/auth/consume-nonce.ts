import { db, sql } from '@/lib/db'
import * as Challenge from './Challenge'
import { refused } from './prove-wallet'

/**
 * Marks a nonce as used. The row is stored until its message has expired: `forget-nonces` deletes it.
 * @throws AppError not-signed-in if it was used before, also by a request at the same moment.
 */
export async function consumeNonce(nonce: string): Promise<void> {
  const taken = await db.execute(sql`
    INSERT INTO sign_in_nonce (nonce, expires_at)
    VALUES (${nonce}, now() + make_interval(secs => ${Challenge.lifetimeMs / 1_000}))
    ON CONFLICT (nonce) DO NOTHING`)
  if (taken === 0) throw refused('This signature was used before. Sign again.')
}
