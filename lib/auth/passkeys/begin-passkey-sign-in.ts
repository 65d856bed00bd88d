import { generateAuthenticationOptions } from '@simplewebauthn/server'
import type { Ctx } from '../../ctx'
import { createToken } from '../token'
import * as PasskeyChallenge from './PasskeyChallenge'

/** The options with which a browser signs in by a passkey. */
export type PasskeySignIn = Awaited<ReturnType<typeof generateAuthenticationOptions>>

/**
 * Options for a sign-in by any passkey of this site. Stores nothing.
 * @param browser value of the pre-session cookie, if the browser has one.
 */
export async function beginPasskeySignIn(
  ctx: Ctx,
  browser: string = createToken(),
): Promise<{ options: PasskeySignIn; browser: string }> {
  const options = await generateAuthenticationOptions({
    rpID: PasskeyChallenge.relyingParty().id,
    challenge: PasskeyChallenge.create(browser, ctx.now()),
    userVerification: 'required',
  })
  return { options, browser }
}
