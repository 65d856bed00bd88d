import { randomUUID } from 'node:crypto'
import type { SequencedEvent } from '@/lib/audit'
import { createCtx } from '@/lib/ctx'
import { db, sql, withTransaction } from '@/lib/db'
import { fanOut } from '@/lib/webhooks'

// What the tests of webhooks share: merchants, transactions, and events as the sequencer gives them out.

export const ctx = createCtx({ kind: 'member', id: '0x1111111111111111111111111111111111111111' })

/** A merchant and its owner. */
export async function openMerchant() {
  const merchantId = randomUUID()
  await db.execute(
    sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}::uuid, ${`m-${merchantId.slice(0, 8)}`}, 'M')`,
  )
  return { merchantId, owner: { address: ctx.actor.id, merchantId, operator: false, role: 'owner' as const } }
}

/** A transaction of a merchant; part of an intent when a callback URL is given. */
export async function insertTransaction(merchantId: string, callbackUrl?: string): Promise<string> {
  const id = randomUUID()
  const intentId = callbackUrl === undefined ? null : randomUUID()
  if (intentId)
    await db.execute(sql`
      INSERT INTO intent (id, merchant_id, network, idempotency_key, body_hash, body, decision, callback_url)
      VALUES (${intentId}::uuid, ${merchantId}::uuid, 'eip155:84532', ${`key-${id}`}, ${Buffer.alloc(32)}, '{}', '{}',
        ${callbackUrl ?? null})`)
  await db.execute(sql`
    INSERT INTO transaction (id, network, kind, signer, purpose, merchant_id, intent_id)
    VALUES (${id}::uuid, 'eip155:84532', 'call', '0x2222222222222222222222222222222222222222', 'execution',
      ${merchantId}::uuid, ${intentId}::uuid)`)
  return id
}

let index = 0n

/** An event as the sequencer gives it out. */
export function event(type: string, about: Partial<SequencedEvent> = {}): SequencedEvent {
  index += 1n
  return {
    index,
    seq: index + 1_000n,
    at: new Date(1_795_305_600_000 + Number(index)).toISOString(),
    type,
    actor: { kind: 'system', id: 'test' },
    merchantId: null,
    resourceId: null,
    paymentId: null,
    channelId: null,
    batchId: null,
    transactionId: null,
    data: {},
    ...about,
  }
}

/** Passes these events to webhooks, as the sequencer does. */
export const tell = (...events: SequencedEvent[]) => withTransaction((tx) => fanOut(tx, events))

/** Lets every delay run out, as time would. */
export const skipDelays = () => db.execute(sql`UPDATE webhook_delivery SET due_at = now() WHERE status = 'waiting'`)

export type Row = { id: string; status: string; attempts: number; type: string; subject: string; delayMs: number }

/** Deliveries to a target, in their order. */
export function look(target: string): Promise<Row[]> {
  return db.query<Row>(sql`
    SELECT id, status, attempts, type, subject, (extract(epoch FROM due_at - now()) * 1000)::float8 AS "delayMs"
    FROM webhook_delivery WHERE target = ${target} ORDER BY position`)
}

/** Waits for a condition; what never comes hangs, and is found by that. */
export async function until(what: string, check: () => Promise<boolean> | boolean): Promise<void> {
  const endMs = Date.now() + 200_000
  while (!(await check())) {
    if (Date.now() > endMs) throw new Error(`waited in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
