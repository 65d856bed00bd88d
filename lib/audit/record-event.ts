import type { Ctx } from '../ctx'
import { json, sql, type Sql, type Tx } from '@/lib/db'
import type { Event } from './Event'

/** Records one event in the transaction of the change it tells: they are committed together or not at all. */
export async function recordEvent(tx: Tx, ctx: Ctx, event: Event): Promise<void> {
  await recordEvents(tx, ctx, [event])
}

/** Records several events with one statement, in the order given. */
export async function recordEvents(tx: Tx, ctx: Ctx, events: readonly Event[]): Promise<void> {
  if (events.length > 0) await tx.execute(insertEvents(ctx, events))
}

/** The statement of `recordEvents`, to stand inside a larger one; it writes nothing unless `when` holds. */
export function insertEvents(ctx: Ctx, events: readonly Event[], when: Sql = sql`true`): Sql {
  const actor = json({ ...ctx.actor, requestId: ctx.requestId })
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
