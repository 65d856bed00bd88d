import type { Ctx } from '../ctx'
import { failpoint } from '../failpoint'
import { insertAccess } from './access-grants'
import { writeTold, type AuditEvent } from '@/lib/audit'
import { db, json, sql, type WritePart, type Sql, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { insertResolution } from '@/lib/ledger'
import type { PricingFacts } from './PricingFacts'
import { keptBytesMax, keptMs, type StoredAnswer, type Payment } from './Payment'

export type Delivery = {
  paymentId: string
  /** Null where no URL was called. */
  upstreamStatus: number | null
  /** When the upstream's answer began, ms since 1970. */
  upstreamEndedAtMs: number
  /** Kept for a repeat when it is small; absent for a stream. */
  answer?: StoredAnswer | undefined
  /** What other prices would be made of. */
  facts?: PricingFacts | undefined
}

/** Whose payment it is, for the trail. */
type Sold = Pick<Payment, 'merchantId' | 'resourceId'>

/**
 * Books a settled payment as earned, right before its answer goes out. Where only the reply of the commit was lost, it is booked
 * as well, and the answer may go: nobody else has it.
 * @throws AppError stale-state when the payment is not ours to deliver any more (it was refunded meanwhile).
 */
export async function deliverPayment(ctx: Ctx, delivery: Delivery, sold: Sold): Promise<void> {
  try {
    failpoint('before-commit')
    await deliver(ctx, delivery, sold)
  } catch (error) {
    const isRefused = error instanceof AppError && error.code === 'stale-state'
    if (isRefused || !(await isDelivered(delivery).catch(() => false))) throw error
  }
}

/** Whether a payment was delivered with this very answer: its upstream is called once. */
async function isDelivered({ paymentId, upstreamEndedAtMs }: Delivery): Promise<boolean> {
  const found = await db.query(sql`
    SELECT FROM payment
    WHERE id = ${paymentId} AND status = 'delivered' AND upstream_ended_at = ${new Date(upstreamEndedAtMs)}`)
  return found.length === 1
}

/** The same in the caller's transaction: earned together with what it bought, or not at all. */
export async function deliverIn(tx: Tx, ctx: Ctx, delivery: Delivery, sold: Sold): Promise<void> {
  await deliver(ctx, delivery, sold, tx)
  failpoint('before-commit')
}

async function deliver(ctx: Ctx, delivery: Delivery, sold: Sold, tx?: Tx): Promise<void> {
  const { paymentId: id, upstreamStatus, upstreamEndedAtMs } = delivery
  const part: WritePart = {
    locks: sql`
      due AS (
        SELECT 1 FROM payment WHERE id = ${id}::uuid AND status = 'authorized' AND settlement = 'settled' FOR UPDATE)`,
    holds: sql`EXISTS (SELECT 1 FROM due)`,
    writes: (when) => sql`
      delivered AS (
        UPDATE payment SET status = 'delivered', delivered_at = now(), upstream_status = ${upstreamStatus},
          upstream_ended_at = ${new Date(upstreamEndedAtMs)}, facts = ${withFacts(delivery)}, owner_id = NULL
        WHERE id = ${id}::uuid AND ${when}),
      kept AS (${insertAnswers([delivery], when)}),
      earned AS (${insertResolution('post', [id], when)}),
      granted AS (${insertAccess([id], when)})`,
  }
  const { isWritten } = await writeTold(ctx, { parts: [part], events: [deliveredEvent({ id, ...sold })] }, tx)
  if (!isWritten) throw new AppError('stale-state', 'This payment was resolved by another process meanwhile.')
}

/** The facts of a payment with those of its delivery, for an UPDATE of its row. */
export function withFacts(delivery: Delivery | undefined): Sql {
  return sql`coalesce(payment.facts, '{}') || ${json(delivery?.facts ?? {})}::jsonb`
}

/** The statement of `keepAnswers`, to stand inside a larger one; it writes nothing unless `when` holds. */
export function insertAnswers(deliveries: readonly Delivery[], when: Sql = sql`true`): Sql {
  const kept = deliveries.flatMap(({ paymentId, answer }) => (isKept(answer) ? [{ paymentId, answer }] : []))
  return sql`
    INSERT INTO payment_answer (payment_id, status, headers, body, expires_at)
    SELECT id, status, headers, body, now() + make_interval(secs => ${keptMs / 1000})
    FROM unnest(
      ${kept.map(({ paymentId }) => paymentId)}::uuid[], ${kept.map(({ answer }) => answer.status)}::int[],
      ${kept.map(({ answer }) => json(answer.headers))}::jsonb[], ${kept.map(({ answer }) => Buffer.from(answer.body))}::bytea[]
    ) AS a(id, status, headers, body)
    WHERE ${when}
    ON CONFLICT (payment_id) DO NOTHING`
}

/** Whether a repeat can be given this answer again. */
export function isKept(answer: StoredAnswer | undefined): answer is StoredAnswer {
  return answer !== undefined && answer.body.byteLength <= keptBytesMax
}

export function deliveredEvent({ id, merchantId, resourceId }: Sold & Pick<Payment, 'id'>): AuditEvent.AuditEvent {
  return { type: 'payment.delivered', merchantId, resourceId: resourceId ?? undefined, paymentId: id }
}
