import type { Ctx } from '../ctx'
import { recordEvents } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'

/** Leaves free channels alone for `parkMs`, each for a reason in words. An event is written when the reason is new. */
export async function parkChannels(
  ctx: Ctx,
  items: readonly { channelId: string; reason: string }[],
  parkMs: number,
): Promise<void> {
  if (items.length === 0) return
  await withTransaction(async (tx) => {
    const parked = await tx.query<{ id: string; merchantId: string; reason: string; isNew: boolean }>(sql`
      WITH item AS (
        SELECT * FROM unnest(
          ${items.map(({ channelId }) => channelId)}::text[], ${items.map(({ reason }) => reason)}::text[]
        ) AS i(channel_id, reason)),
      locked AS (
        SELECT c.id, c.parked_reason FROM channel c WHERE c.id IN (SELECT channel_id FROM item)
          AND c.status = 'open' AND c.settlement_id IS NULL ORDER BY c.id FOR NO KEY UPDATE)
      UPDATE channel c SET parked_reason = i.reason, parked_until = now() + make_interval(secs => ${parkMs / 1000})
      FROM item i JOIN locked l ON l.id = i.channel_id WHERE c.id = l.id
      RETURNING c.id, c.merchant_id AS "merchantId", i.reason, l.parked_reason IS DISTINCT FROM i.reason AS "isNew"`)
    const news = parked.filter(({ isNew }) => isNew)
    await recordEvents(
      tx,
      ctx,
      news.map(({ id, merchantId, reason }) => ({
        type: 'channel.parked',
        merchantId,
        channelId: id,
        data: { reason },
      })),
    )
  })
}
