import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { db, sql, withTransaction, type Tx } from '@/lib/db'
import { createAgentSession } from './agent-session'
import * as Challenge from './Challenge'
import { isOperator } from './is-operator'
import * as Nonce from './Nonce'
import { readSigned, refused } from './prove-wallet'
import { createToken, hashToken } from './token'

/** A session ends this long after sign-in, whatever happens. */
export const sessionMs = 12 * 3_600_000

type CreateMerchant = (tx: Tx, ctx: Ctx) => Promise<string>

/** The session ids of a wallet for its cookies; only their hashes are stored. */
export type SessionIds = {
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
 * @throws AppError not-signed-in if the message, nonce or signature is wrong.
 */
export async function signIn(
  ctx: Ctx,
  input: unknown,
  browser: string | undefined,
  createFirstMerchant: CreateMerchant,
): Promise<SessionIds> {
  const signed = readSigned(input)
  if (!browser || !signed.nonce || !Nonce.isOurs(signed.nonce, browser, signed.issuedAtMs))
    throw refused('This sign-in was begun in another browser. Load the page and sign again.')
  const fault = signed.findFault(ctx.now())
  if (fault) throw refused(fault)
  const wallet = await signed.prove()
  if (wallet === undefined) throw refused('The signature is not of the wallet that the message names.')
  await consumeNonce(signed.nonce)
  const member = await createSession({ ...ctx, actor: { kind: 'member', id: wallet } }, createFirstMerchant)
  return { agent: await createAgentSession(wallet, sessionMs), member }
}

/** Stored until its message has expired: `forget-nonces` deletes it. */
async function consumeNonce(nonce: string): Promise<void> {
  const taken = await db.execute(sql`
    INSERT INTO sign_in_nonce (nonce, expires_at)
    VALUES (${nonce}, now() + make_interval(secs => ${Challenge.lifetimeMs / 1_000}))
    ON CONFLICT (nonce) DO NOTHING`)
  if (taken === 0) throw refused('This sign-in was used before. Sign again.')
}

/**
 * A new id at every sign-in, so that a cookie that an attacker set before is worthless; undefined for a wallet that is not a
 * member.
 */
async function createSession(ctx: Ctx, createFirstMerchant: CreateMerchant): Promise<string | undefined> {
  const token = createToken()
  const address = ctx.actor.id
  return withTransaction(async (tx) => {
    const merchantId = await findMerchant(tx, ctx, address, createFirstMerchant)
    if (!merchantId) return undefined
    await tx.execute(sql`DELETE FROM session WHERE expires_at < now()`)
    await tx.execute(sql`
      INSERT INTO session (hash, address, merchant_id, expires_at)
      VALUES (${hashToken(token)}, ${address}, ${merchantId}::uuid, now() + ${`${sessionMs} milliseconds`}::interval)`)
    await recordEvent(tx, ctx, { type: 'session.created', merchantId })
    return token
  })
}

/** The merchant that a wallet acts for: its own; for an operator without one the oldest, which is created if there is none. */
async function findMerchant(
  tx: Tx,
  ctx: Ctx,
  address: string,
  createFirstMerchant: CreateMerchant,
): Promise<string | undefined> {
  const operator = isOperator(address)
  const [found] = await tx.query<{ id: string }>(sql`
    SELECT m.id FROM merchant m LEFT JOIN member b ON b.merchant_id = m.id AND b.address = ${address}
    WHERE b.address IS NOT NULL OR ${operator}
    ORDER BY b.address IS NULL, m.created_at LIMIT 1`)
  if (found || !operator) return found?.id
  return createFirstMerchant(tx, ctx)
}
