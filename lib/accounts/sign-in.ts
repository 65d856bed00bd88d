import { recoverMessageAddress } from 'viem'
import { parseSiweMessage } from 'viem/siwe'
import { z } from 'zod'
import { createCtx, type Ctx } from '../ctx'
import { env } from '../env'
import { recordEvent, recordEvents } from '@/lib/audit'
import { db, sql, withTransaction, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import * as Challenge from './Challenge'
import { isOperator } from './is-operator'
import { createToken, hashToken } from './token'

/** Whatever happens in between, a session ends this long after sign-in. */
export const sessionMs = 12 * 3_600_000

const Input = z.object({
  message: z.string().max(4_096),
  signature: z
    .string()
    .regex(/^0x[0-9a-fA-F]{130}$/)
    .transform((text) => text as `0x${string}`),
})

/**
 * Signs a wallet in. The nonce is consumed before anything is verified, so one nonce makes one session at most, even
 * when two requests come at once. Wallets are ordinary accounts (EOA); contract wallets need a chain read (EIP-1271)
 * and are refused.
 * @param browser value of the pre-session cookie that the nonce is bound to.
 * @returns the session id for the cookie; only its hash is stored.
 * @throws AppError not-signed-in when the message, nonce or signature is wrong; not-allowed when the wallet is nobody here.
 */
export async function signIn(ctx: Ctx, input: unknown, browser: string | undefined): Promise<{ token: string }> {
  const parsed = Input.safeParse(input)
  if (!parsed.success) throw refused('Send { message, signature } as the wallet made them.')
  const message = parseSiweMessage(parsed.data.message)
  await consumeNonce(message.nonce, browser)
  const fault = Challenge.findFault(message, ctx.now())
  if (fault) throw refused(fault)
  const signer = await recoverMessageAddress(parsed.data).catch(() => undefined)
  if (!signer || signer.toLowerCase() !== message.address?.toLowerCase())
    throw refused('The signature is not of the wallet that the message names.')
  return { token: await createSession({ ...ctx, actor: { kind: 'member', id: signer.toLowerCase() } }) }
}

async function consumeNonce(nonce: string | undefined, browser: string | undefined): Promise<void> {
  if (!nonce || !browser) throw refused('This sign-in was begun in another browser. Load the page and sign again.')
  const taken = await db.execute(sql`
    DELETE FROM siwe_nonce
    WHERE hash = ${hashToken(nonce)} AND browser = ${hashToken(browser)} AND expires_at > now()`)
  if (taken === 0) throw refused('This sign-in was used or has expired. Sign again.')
}

/** A new id at every sign-in, so that a cookie planted before it is worth nothing. */
async function createSession(ctx: Ctx): Promise<string> {
  const token = createToken()
  const address = ctx.actor.id
  await withTransaction(async (tx) => {
    const merchantId = await findMerchant(tx, ctx, address)
    if (!merchantId)
      throw new AppError('not-allowed', `The wallet ${address} is not a member here. Ask an operator to add it.`)
    await tx.execute(sql`DELETE FROM session WHERE expires_at < now()`)
    await tx.execute(sql`
      INSERT INTO session (hash, address, merchant_id, expires_at)
      VALUES (${hashToken(token)}, ${address}, ${merchantId}::uuid, now() + ${`${sessionMs} milliseconds`}::interval)`)
    await recordEvent(tx, ctx, { type: 'session.created', merchantId })
  })
  return token
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

function refused(sentence: string): AppError {
  return new AppError('not-signed-in', sentence)
}
