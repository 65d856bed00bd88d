import type { Ctx } from '../ctx'
import * as Challenge from './Challenge'
import { consumeNonce } from './consume-nonce'
import * as Nonce from './Nonce'
import { readSigned, refused } from './prove-wallet'

/**
 * A fresh signature of a wallet that is signed in already, for changes that a stolen session must not make: its text says what
 * changes. The nonce is bound to the wallet.
 */

const binding = (wallet: string) => `confirmation of ${wallet}`

/** The challenge for `statement` (ASCII, no line break). Stores nothing. */
export function issueConfirmation(ctx: Ctx, wallet: string, statement: string): Challenge.SiweChallenge {
  const nowMs = ctx.now()
  return Challenge.create(Nonce.create(binding(wallet), nowMs), nowMs, statement)
}

/**
 * Checks that the wallet signed exactly this statement, within the last five minutes, and uses the signature up.
 * @param input { message, signature } as the wallet made them.
 * @throws AppError not-signed-in with the sentence why not.
 */
export async function proveConfirmation(ctx: Ctx, wallet: string, statement: string, input: unknown): Promise<void> {
  const signed = readSigned(input)
  if (!signed.nonce || !Nonce.isOurs(signed.nonce, binding(wallet), signed.issuedAtMs))
    throw refused('This signature was requested for another wallet, or too long ago. Sign again.')
  const fault = signed.findFault(ctx.now(), statement)
  if (fault) throw refused(fault)
  if ((await signed.prove()) !== wallet) throw refused('The signature is not of the wallet that is signed in.')
  await consumeNonce(signed.nonce)
}
