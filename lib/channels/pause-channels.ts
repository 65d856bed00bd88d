import type { Ctx } from '../ctx'
import { recordEvents } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'

/** A channel that is paused again and again pauses at most this many times longer. */
const slowestTimes = 8

/**
 * Pauses free channels, each for a reason in words: for `parkMs`, doubled with each pause in a row up to eight times, plus up
 * to half of it at random so that they do not all return together. Records an event if the reason is new.
 */
export async function pauseChannels(
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
      UPDATE channel c SET parked_reason = i.reason, tries = least(c.tries + 1, 30),
        parked_until = now() + make_interval(secs => ${parkMs / 1000}::float8 * least(power(2, c.tries), ${slowestTimes}) * (1 + random() / 2))
      FROM item i JOIN locked l ON l.id = i.channel_id WHERE c.id = l.id
      RETURNING c.id, c.merchant_id, i.reason, l.parked_reason IS DISTINCT FROM i.reason AS is_new`)
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
