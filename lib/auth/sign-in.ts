import { createCtx, type Ctx } from '../ctx'
import { env } from '../env'
import { recordEvent, recordEvents } from '@/lib/audit'
import { db, sql, withTransaction, type Tx } from '@/lib/db'
import { createAgentSession } from './agent-session'
import * as Challenge from './Challenge'
import { isOperator } from './is-operator'
import * as Nonce from './Nonce'
import { readSigned, refused } from './prove-wallet'
import { createToken, hashToken } from './token'

/** Whatever happens in between, a session ends this long after sign-in. */
export const sessionMs = 12 * 3_600_000

/** The session ids of a wallet for its cookies; only their hashes are stored. */
export type SessionIds = {
  /** Its own payments, at every merchant. */
  agent: string
  /** The dashboard, where it is a member or an operator. */
  member: string | undefined
}

/**
 * Signs a wallet in: as an agent always, and as a member where it is one. The nonce is consumed before there is a session, so one
 * nonce makes one session of each at most, even when two requests come at once; and after everything is verified, so that what
 * anybody can make up leaves no row.
 * @param browser value of the pre-session cookie that the nonce is bound to.
 * @throws AppError not-signed-in when the message, nonce or signature is wrong.
 */
export async function signIn(ctx: Ctx, input: unknown, browser: string | undefined): Promise<SessionIds> {
  const signed = readSigned(input)
  if (!browser || !signed.nonce || !Nonce.isOurs(signed.nonce, browser, signed.issuedAtMs))
    throw refused('This sign-in was begun in another browser. Load the page and sign again.')
  const fault = signed.findFault(ctx.now())
  if (fault) throw refused(fault)
  const wallet = await signed.prove()
  if (wallet === undefined) throw refused('The signature is not of the wallet that the message names.')
  await consumeNonce(signed.nonce)
  const member = await createSession({ ...ctx, actor: { kind: 'member', id: wallet } })
  return { agent: await createAgentSession(wallet, sessionMs), member }
}

/** Kept until its message has expired: `forget-nonces` deletes it. */
async function consumeNonce(nonce: string): Promise<void> {
  const taken = await db.execute(sql`
    INSERT INTO sign_in_nonce (nonce, expires_at)
    VALUES (${nonce}, now() + make_interval(secs => ${Challenge.lifetimeMs / 1_000}))
    ON CONFLICT (nonce) DO NOTHING`)
  if (taken === 0) throw refused('This sign-in was used before. Sign again.')
}

/** A new id at every sign-in, so that a cookie planted before it is worth nothing; undefined for a wallet that is no member. */
async function createSession(ctx: Ctx): Promise<string | undefined> {
  const token = createToken()
  const address = ctx.actor.id
  return withTransaction(async (tx) => {
    const merchantId = await findMerchant(tx, ctx, address)
    if (!merchantId) return undefined
    await tx.execute(sql`DELETE FROM session WHERE expires_at < now()`)
    await tx.execute(sql`
      INSERT INTO session (hash, address, merchant_id, expires_at)
      VALUES (${hashToken(token)}, ${address}, ${merchantId}::uuid, now() + ${`${sessionMs} milliseconds`}::interval)`)
    await recordEvent(tx, ctx, { type: 'session.created', merchantId })
    return token
  })
}

/** The merchant a wallet acts for: its own; for an operator otherwise the oldest, which is made when there is none. */
async function findMerchant(tx: Tx, ctx: Ctx, address: string): Promise<string | undefined> {
  const operator = isOperator(address)
  const [found] = await tx.query<{ id: string }>(sql`
    SELECT m.id FROM merchant m LEFT JOIN member b ON b.merchant_id = m.id AND b.address = ${address}
    WHERE b.address IS NOT NULL OR ${operator}
    ORDER BY b.address IS NULL, m.created_at LIMIT 1`)
  if (found || !operator) return found?.id
  const id = ctx.id()
  const made = await tx.query<{ id: string }>(sql`
    INSERT INTO merchant (id, slug, name) VALUES (${id}::uuid, 'main', ${new URL(env.PUBLIC_URL).hostname})
    ON CONFLICT (slug) DO UPDATE SET slug = excluded.slug RETURNING id`)
  await recordEvents(tx, createCtx({ kind: 'system', id: 'first-sign-in' }, ctx.requestId), [
    { type: 'merchant.created', merchantId: made[0]?.id ?? id, data: { slug: 'main' } },
  ])
  return made[0]?.id
}
