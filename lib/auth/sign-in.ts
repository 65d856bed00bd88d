import type { Ctx } from '../ctx'
import { consumeNonce } from './consume-nonce'
import { createSessions, type CreateMerchant, type SessionIds } from './create-sessions'
import * as Nonce from './Nonce'
import { readSigned, refused } from './prove-wallet'

/**
 * Signs a wallet in: always as an agent, and also as a member if it is one. The nonce is consumed before a session exists, so
 * one nonce makes at most one session of each, even if two requests arrive at once; and after everything is verified, so that a
 * forged message leaves no row.
 * @param browser value of the pre-session cookie that the nonce is bound to.
 * @param createFirstMerchant of lib/merchants, for the operator of an installation without a merchant.
 * @param device the browser in words (`Device.describe`), for the list of sessions.
 * @throws AppError not-signed-in if the message, nonce or signature is wrong.
 */
export async function signIn(
  ctx: Ctx,
  input: unknown,
  browser: string | undefined,
  createFirstMerchant: CreateMerchant,
  device = '',
): Promise<SessionIds> {
  const signed = readSigned(input)
  if (!browser || !signed.nonce || !Nonce.isOurs(signed.nonce, browser, signed.issuedAtMs))
    throw refused('This sign-in was begun in another browser. Load the page and sign again.')
  const fault = signed.findFault(ctx.now())
  if (fault) throw refused(fault)
  const wallet = await signed.prove()
  if (wallet === undefined) throw refused('The signature is not of the wallet that the message names.')
  await consumeNonce(signed.nonce)
  return createSessions(ctx, wallet, createFirstMerchant, device)
}
