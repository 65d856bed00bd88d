import type { Ctx } from '../../ctx'
import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import * as SignIn from './SignIn'
import { verifySignature } from './verify-signature'

/** A wallet that proved its identity. */
export type ProvenWallet = {
  /** Canonical address. */
  wallet: string
  network: Caip2
  /** A key is the same account on every EVM network, a contract only on its own. */
  by: 'key' | 'contract'
}

/**
 * Reads the wallet of a request from its header SIGN-IN-WITH-X. The nonce is consumed before the signature is checked, so that
 * of any number of requests with one message, in any number of processes, at most one passes.
 * @param hasPaid true if the wallet has access here. Only then is its contract called, which costs a call to a node.
 * @throws AppError sign-in-refused for every other wallet, and if this installation did not make the message or its wallet did
 *   not sign it.
 */
export async function signInWallet(
  ctx: Ctx,
  header: string,
  target: SignIn.SignInTarget,
  hasPaid: (resourceId: string, wallet: string, network: Caip2) => Promise<boolean>,
): Promise<ProvenWallet> {
  const signed = SignIn.read(header)
  const fault = SignIn.findFault(signed, target, ctx.now())
  if (fault) throw SignIn.refused(fault)
  if (!(await consumeNonce(signed))) throw SignIn.refused('This message was used before. Sign the fresh one.')
  const { network, address: wallet } = signed
  const by = await verifySignature(signed, () => hasPaid(target.resourceId, wallet, network))
  if (!by) throw SignIn.refused('The signature is not of the wallet that the message names.')
  return { wallet, network, by }
}

async function consumeNonce({ nonce, expirationTime }: SignIn.SignedChallenge): Promise<boolean> {
  const written = await db.execute(sql`
    INSERT INTO sign_in_nonce (nonce, expires_at) VALUES (${nonce}, ${new Date(expirationTime)})
    ON CONFLICT (nonce) DO NOTHING`)
  return written === 1
}
