import type { Ctx } from '../ctx'
import * as Challenge from './Challenge'
import * as Nonce from './Nonce'
import { createToken } from './token'

/**
 * Starts a sign-in: the challenge for the wallet, with a single-use nonce for this browser. Stores nothing.
 * @param browser value of the pre-session cookie, if the browser has one.
 */
export function issueChallenge(
  ctx: Ctx,
  browser: string = createToken(),
): { challenge: Challenge.SiweChallenge; browser: string } {
  const nowMs = ctx.now()
  return { challenge: Challenge.create(Nonce.create(browser, nowMs), nowMs), browser }
}
