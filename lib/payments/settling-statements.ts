import { type AuditEvent } from '@/lib/audit'
import { json, processId, sql, type WritePart, type Sql } from '@/lib/db'
import { insertAnswers } from './answer-statements'
import { isKept } from './Delivery'
import { type SettlingPayment } from './SettlingPayment'

export function selectUnsettled(ids: readonly string[]): Sql {
  return sql`
    SELECT id FROM payment
    WHERE id = ANY(${ids}::uuid[]) AND status = 'authorized' AND settlement = 'none' AND owner_id = ${processId}::uuid
    ORDER BY id FOR UPDATE`
}

/** The batch that settles the payments, and its transaction; undefined if nothing has to move. */
export type Into = { batchId: string; transactionId: string } | undefined

/**
 * `beginSettling` as a part of a larger statement, without its events. It holds while this process owns all of the payments and
 * they are unsettled.
 */
export function beginSettlingPart(
  batch: Into,
  items: readonly SettlingPayment[],
): WritePart & { writes(when: Sql): Sql } {
  const ids = items.map(({ payment }) => payment.id)
  return {
    locks: sql`unsettled AS (${selectUnsettled(ids)})`,
    holds: sql`(SELECT count(*) FROM unsettled) = ${ids.length}::int`,
    writes: settlingWrites(batch, items),
  }
}

export function settlingWrites(batch: Into, items: readonly SettlingPayment[]): (when: Sql) => Sql {
  return (when) => sql`
    begun AS (
      UPDATE payment SET settlement = 'pending', batch_id = ${batch?.batchId ?? null}::uuid,
        transaction_id = ${batch?.transactionId ?? null}::uuid,
        upstream_status = i.upstream_status, upstream_ended_at = i.upstream_ended_at,
        facts = coalesce(payment.facts, '{}') || i.facts
      FROM unnest(
        ${items.map(({ payment }) => payment.id)}::uuid[],
        ${items.map(({ delivery }) => delivery?.upstreamStatus ?? null)}::int[],
        ${items.map(({ delivery }) => (delivery ? new Date(delivery.upstreamEndedAtMs) : null))}::timestamptz[],
        ${items.map(({ delivery }) => json(delivery?.facts ?? {}))}::jsonb[]
      ) AS i(id, upstream_status, upstream_ended_at, facts)
      WHERE payment.id = i.id AND ${when}),
    kept AS (${insertAnswers(
      items.flatMap(({ delivery }) => delivery ?? []),
      when,
    )})`
}

export function settlingEvents(batch: Into, items: readonly SettlingPayment[]): AuditEvent.AuditEvent[] {
  return items.map(({ payment, delivery }) => ({
    type: 'payment.settling',
    merchantId: payment.merchantId,
    resourceId: payment.resourceId ?? undefined,
    paymentId: payment.id,
    ...batch,
    data: delivery ? { upstreamStatus: delivery.upstreamStatus, answerKept: isKept(delivery.answer) } : {},
  }))
}
