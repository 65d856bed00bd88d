import type { Ctx } from '../ctx'
import { failpoint } from '../failpoint'
import { log } from '../log'
import * as Sealed from '../sealed'
import { recordEvent } from '@/lib/audit'
import { processId, sql, withTransaction, type Tx } from '@/lib/db'
import type { ClaimedDelivery } from './ClaimedDelivery'
import { disableEndpoint } from './disable-endpoint'
import { postMessage, type TryResult } from './post-message'
import * as Retry from './Retry'
import { ring } from './ring'
import * as Signature from './Signature'

/**
 * Sends a leased delivery once and stores the result. The id is the same for every try, so that a receiver can drop a repeat: a
 * process can die between the answer and this row.
 */
export async function tryDelivery(ctx: Ctx, delivery: ClaimedDelivery): Promise<TryResult> {
  const answer = await send(ctx, delivery)
  failpoint('after-webhook')
  await withTransaction((tx) => record(tx, ctx, delivery, answer))
  return answer
}

/** 2xx, and nothing else. */
export function isTaken({ httpStatus }: Pick<TryResult, 'httpStatus'>): boolean {
  return httpStatus !== null && httpStatus >= 200 && httpStatus < 300
}

async function send(ctx: Ctx, delivery: ClaimedDelivery): Promise<TryResult> {
  const timestampSeconds = Math.floor(ctx.now() / 1000)
  const secrets = openSecrets(delivery)
  if (!secrets)
    return { httpStatus: null, durationMs: 0, detail: 'The signing secret does not open: rotate it, then resend.' }
  return postMessage(
    delivery.url,
    {
      'webhook-id': delivery.id,
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': Signature.sign(secrets, delivery.id, timestampSeconds, delivery.payload),
    },
    delivery.payload,
  )
}

function openSecrets({ endpointId, merchantId, sealed }: ClaimedDelivery): string[] | undefined {
  if (endpointId === null) return [Signature.ofCallbacks(merchantId)]
  try {
    return sealed.map((bytes) => Sealed.open(bytes, Sealed.endpointContext(endpointId)))
  } catch (error) {
    log().error({ err: error, endpointId }, 'a signing secret does not open')
    return undefined
  }
}

type State = { status: 'waiting' | 'delivered' | 'failed'; attempts: number }

/** The endpoint is locked first, as everywhere. */
async function record(tx: Tx, ctx: Ctx, delivery: ClaimedDelivery, answer: TryResult): Promise<void> {
  const { id, endpointId, url } = delivery
  const taken = isTaken(answer)
  if (endpointId !== null) await noteHealth(tx, endpointId, taken)
  const [before] = await tx.query<State>(
    sql`SELECT status, attempts FROM webhook_delivery WHERE id = ${id}::uuid FOR UPDATE`,
  )
  if (!before) return
  const attempts = before.attempts + 1
  await tx.execute(sql`
    INSERT INTO webhook_try (delivery_id, number, http_status, duration_ms, detail)
    VALUES (${id}::uuid, ${attempts}, ${answer.httpStatus}, ${answer.durationMs}, ${answer.detail})`)
  // A given-up or delivered one stays so, unless it arrived now.
  const delayMs = before.status === 'waiting' && !taken ? Retry.delayMs(attempts, Math.random()) : undefined
  const gone = answer.httpStatus === 410
  const again = delayMs !== undefined && !gone
  const status = taken ? 'delivered' : before.status !== 'waiting' ? before.status : again ? 'waiting' : 'failed'
  await tx.execute(sql`
    UPDATE webhook_delivery
    SET status = ${status}, attempts = ${attempts}, url = ${url},
      delivered_at = CASE WHEN ${taken} THEN coalesce(delivered_at, now()) ELSE delivered_at END,
      due_at = now() + make_interval(secs => ${(delayMs ?? 0) / 1000}),
      lease_owner = NULLIF(lease_owner, ${processId}::uuid),
      lease_until = CASE WHEN lease_owner = ${processId}::uuid THEN NULL ELSE lease_until END
    WHERE id = ${id}::uuid`)
  if (before.status === 'waiting') await moveFollowers(tx, delivery, again)
  if (again) await ring(tx, [delivery.target], delayMs)
  if (status === 'failed' && before.status === 'waiting') await giveUp(tx, ctx, delivery, attempts, answer)
  if (endpointId !== null && !taken) await switchOff(tx, ctx, endpointId, gone)
}

/**
 * Deliveries behind this one can go no earlier than it, and go at once when it is done; so no statement reads millions that
 * only wait for the first of their subject. One that is inserted meanwhile keeps its own time, and still waits for the first.
 */
async function moveFollowers(tx: Tx, { id, target, subject }: ClaimedDelivery, isLater: boolean): Promise<void> {
  const own = sql`(SELECT due_at FROM webhook_delivery WHERE id = ${id}::uuid)`
  await tx.execute(sql`
    UPDATE webhook_delivery f SET due_at = ${isLater ? own : sql`now()`}
    WHERE f.target = ${target} AND f.subject = ${subject} AND f.status = 'waiting' AND f.id <> ${id}::uuid
      AND f.attempts = 0 AND f.due_at ${isLater ? sql`< ${own}` : sql`> now()`}`)
}

async function noteHealth(tx: Tx, endpointId: string, taken: boolean): Promise<void> {
  await tx.execute(
    taken
      ? sql`UPDATE webhook_endpoint SET failing_since = NULL WHERE id = ${endpointId}::uuid AND failing_since IS NOT NULL`
      : sql`UPDATE webhook_endpoint SET failing_since = coalesce(failing_since, now()) WHERE id = ${endpointId}::uuid`,
  )
}

async function giveUp(tx: Tx, ctx: Ctx, delivery: ClaimedDelivery, attempts: number, answer: TryResult): Promise<void> {
  const { id, endpointId, merchantId, target, subject, type } = delivery
  await recordEvent(tx, ctx, {
    type: 'webhook.given_up',
    merchantId,
    data: { deliveryId: id, endpointId, of: type, subject, attempts, httpStatus: answer.httpStatus },
  })
  // The next one of its subject may go now.
  await ring(tx, [target])
}

async function switchOff(tx: Tx, ctx: Ctx, endpointId: string, gone: boolean): Promise<void> {
  if (gone) {
    await disableEndpoint(tx, ctx, endpointId, 'It answered 410 Gone: it wants to be told nothing any more.')
    return
  }
  const [worn] = await tx.query(sql`
    SELECT 1 FROM webhook_endpoint
    WHERE id = ${endpointId}::uuid AND failing_since < now() - make_interval(days => ${Retry.failingDaysMax})`)
  if (worn) await disableEndpoint(tx, ctx, endpointId, `Every delivery failed for ${Retry.failingDaysMax} days.`)
}
