import { verifyAuthenticationResponse, type AuthenticationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import type { Ctx } from '../../ctx'
import { db, sql } from '@/lib/db'
import { consumeNonce } from '../consume-nonce'
import { createSessions, type CreateMerchant, type SessionIds } from '../create-sessions'
import { refused } from '../prove-wallet'
import * as PasskeyChallenge from './PasskeyChallenge'

const Answer = z.looseObject({ id: z.string().max(1_024) })

type Row = { wallet: string; publicKey: Buffer; counter: bigint }

/**
 * Signs in the wallet of a passkey, like `signIn`. One challenge makes one sign-in.
 * @param input the browser's answer to `beginPasskeySignIn`.
 * @throws AppError not-signed-in if the passkey is unknown or its answer wrong.
 */
export async function signInByPasskey(
  ctx: Ctx,
  input: unknown,
  browser: string | undefined,
  createFirstMerchant: CreateMerchant,
  device = '',
): Promise<SessionIds> {
  const answer = Answer.safeParse(input)
  if (!browser || !answer.success)
    throw refused('This sign-in was begun in another browser. Load the page and try again.')
  const { id } = answer.data
  const [passkey] = await db.query<Row>(sql`SELECT wallet, public_key, counter FROM passkey WHERE id = ${id}`)
  if (!passkey) throw refused('This passkey is not known here. Sign in with your wallet and add it again.')
  const party = PasskeyChallenge.relyingParty()
  let nonce: string | undefined
  const verified = await verifyAuthenticationResponse({
    response: answer.data as unknown as AuthenticationResponseJSON,
    expectedChallenge: (challenge) => {
      nonce = PasskeyChallenge.nonceOf(challenge, browser, ctx.now())
      return nonce !== undefined
    },
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
    credential: { id, publicKey: new Uint8Array(passkey.publicKey), counter: Number(passkey.counter) },
  }).catch(() => undefined)
  if (!verified?.verified || nonce === undefined) throw refused('The passkey did not sign this sign-in. Try again.')
  await consumeNonce(nonce)
  await db.execute(sql`
    UPDATE passkey SET counter = ${BigInt(verified.authenticationInfo.newCounter)}, last_used_at = now() WHERE id = ${id}`)
  return createSessions(ctx, passkey.wallet, createFirstMerchant, device)
}
