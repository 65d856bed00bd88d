import type { Ctx } from '../ctx'
import { db, sql } from '@/lib/db'
import * as Challenge from './Challenge'
import { createToken, hashToken } from './token'

/**
 * Begins a sign-in: stores a single-use nonce for this browser and returns what the wallet is to sign.
 * @param browser value of the pre-session cookie, when the browser has one.
 */
export async function issueChallenge(
  ctx: Ctx,
  browser: string = createToken(),
): Promise<{ challenge: Challenge.Challenge; browser: string }> {
  const nonce = createToken()
  await db.execute(sql`DELETE FROM siwe_nonce WHERE expires_at < now()`)
  await db.execute(sql`
    INSERT INTO siwe_nonce (hash, browser, expires_at)
    VALUES (${hashToken(nonce)}, ${hashToken(browser)}, now() + ${`${Challenge.lifetimeMs} milliseconds`}::interval)`)
  return { challenge: Challenge.create(nonce, ctx.now()), browser }
}
