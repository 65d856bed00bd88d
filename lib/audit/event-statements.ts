import type { Ctx } from '../ctx'
import { json, sql, type Sql } from '@/lib/db'
import type { AuditEvent } from './AuditEvent'

/**
 * The INSERT of `recordEvents`, for a larger statement; it writes nothing unless `when` holds.
 * @throws Error for personal fields, which need two statements.
 */
export function insertEvents(ctx: Ctx, events: readonly AuditEvent[], when: Sql = sql`true`): Sql {
  if (events.some((event) => isPersonal(ctx, event))) throw new Error('personal fields are recorded by recordEvents')
  return insertEventRows(ctx.actor, ctx.requestId, events, when)
}

export function isPersonal({ actor }: Ctx, { sensitive }: AuditEvent): boolean {
  return actor.kind === 'member' || sensitive !== undefined
}

export function insertEventRows(
  who: object,
  requestId: string,
  events: readonly AuditEvent[],
  when: Sql = sql`true`,
): Sql {
  const actor = json({ ...who, requestId })
  return sql`
    INSERT INTO audit_event (type, actor, merchant_id, resource_id, payment_id, channel_id, batch_id, transaction_id, data)
    SELECT type, ${actor}::jsonb, merchant_id, resource_id, payment_id, channel_id, batch_id, transaction_id, data
    FROM unnest(
      ${events.map((event) => event.type)}::text[],
      ${events.map((event) => event.merchantId ?? null)}::uuid[],
      ${events.map((event) => event.resourceId ?? null)}::uuid[],
      ${events.map((event) => event.paymentId ?? null)}::uuid[],
      ${events.map((event) => event.channelId ?? null)}::text[],
      ${events.map((event) => event.batchId ?? null)}::uuid[],
      ${events.map((event) => event.transactionId ?? null)}::uuid[],
      ${events.map((event) => json(event.data ?? {}))}::jsonb[]
    ) WITH ORDINALITY AS e(type, merchant_id, resource_id, payment_id, channel_id, batch_id, transaction_id, data, position)
    WHERE ${when}
    ORDER BY position`
}
