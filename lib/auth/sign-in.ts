import type { Ctx } from '../ctx'
import { withTransaction, type Tx } from '@/lib/db'
import { createAgentSession } from './agent-session'
import { findMerchantOf } from './find-merchant-of'
import { isOperator } from './is-operator'
import * as Nonce from './Nonce'
import { readSigned, refused } from './prove-wallet'
import { consumeNonce } from './consume-nonce'
import { sessionMs, startSession } from './start-session'

type CreateMerchant = (tx: Tx, ctx: Ctx) => Promise<string>

/** The session ids of a wallet for its cookies; only their hashes are stored. */
export type SessionIds = {
  /** Its canonical address. */
  wallet: string
  /** For the wallet's own payments, at every merchant. */
  agent: string
  /** For the dashboard, if the wallet is a member or an operator. */
  member: string | undefined
}

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
  const member = await createSession({ ...ctx, actor: { kind: 'member', id: wallet } }, createFirstMerchant, device)
  return { wallet, agent: await createAgentSession(wallet, sessionMs), member }
}

/**
 * A new id at every sign-in, so that a cookie that an attacker set before is worthless; undefined for a wallet that is not a
 * member.
 */
async function createSession(
  ctx: Ctx,
  createFirstMerchant: CreateMerchant,
  device: string,
): Promise<string | undefined> {
  const address = ctx.actor.id
  return withTransaction(async (tx) => {
    const merchantId = await findMerchant(tx, ctx, address, createFirstMerchant)
    return merchantId && startSession(tx, ctx, { address, merchantId, device })
  })
}

/** The merchant that a wallet acts for; of an installation without one, an operator creates the first. */
async function findMerchant(
  tx: Tx,
  ctx: Ctx,
  address: string,
  createFirstMerchant: CreateMerchant,
): Promise<string | undefined> {
  const operator = isOperator(address)
  const found = await findMerchantOf(tx, address, operator)
  return found ?? (operator ? createFirstMerchant(tx, ctx) : undefined)
}
