import type { Ctx } from '../ctx'
import { recordEvents, type AuditEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { type PendingSettlement } from './PendingSettlement'
import { lockChannels } from './lock-channels'

/**
 * Books that settlements provably did not happen: their channels are free for another one. With `parkMs` (the channel itself is
 * the problem) the channel pauses that long, doubled with each failure since the last success, at most an hour. While its payer
 * waits to withdraw, the pause never grows.
 */
export async function failSettlements(
  tx: Tx,
  ctx: Ctx,
  items: readonly { pending: PendingSettlement; reason: string; parkMs?: number | undefined }[],
): Promise<void> {
  if (items.length === 0) return
  const rows = await lockChannels(
    tx,
    items.map(({ pending: { channelId } }) => channelId),
  )
  await tx.execute(sql`
    WITH failure AS (
      SELECT * FROM unnest(
        ${items.map(({ pending: { id } }) => id)}::uuid[], ${items.map(({ pending: { channelId } }) => channelId)}::text[],
        ${items.map(({ reason }) => reason)}::text[], ${items.map(({ parkMs }) => parkMs ?? null)}::float8[]
      ) AS f(id, channel_id, reason, park_ms)),
    audited AS (
      UPDATE channel_settlement s SET status = 'failed', applied_at = now(), error = f.reason FROM failure f WHERE s.id = f.id)
    UPDATE channel c SET settlement_id = NULL, status = CASE WHEN c.status = 'closing' THEN 'open' ELSE c.status END,
      tries = CASE WHEN f.park_ms IS NULL THEN 0 ELSE least(c.tries + 1, 30) END,
      parked_reason = CASE WHEN f.park_ms IS NULL THEN NULL ELSE f.reason END,
      parked_until = now() + make_interval(secs => f.park_ms / 1000 * CASE WHEN c.close_requested_at IS NOT NULL THEN 1 ELSE
        least(power(2, (
          SELECT count(*) FROM channel_settlement s WHERE s.channel_id = c.id AND s.status = 'failed'
            AND s.created_at > coalesce(c.last_settled_at, c.created_at))), 3600000 / f.park_ms) END)
    FROM failure f WHERE c.id = f.channel_id AND c.settlement_id = f.id`)
  await recordEvents(
    tx,
    ctx,
    items.flatMap(({ pending: of, reason, parkMs }) => {
      const about = { merchantId: rows.get(of.channelId)?.merchantId, channelId: of.channelId }
      const failed = {
        ...about,
        type: 'channel.settlement_failed',
        transactionId: of.transactionId,
        data: { reason },
      } as const
      const events: AuditEvent.AuditEvent[] = [failed]
      if (parkMs !== undefined) events.push({ ...about, type: 'channel.parked', data: { reason } })
      return events
    }),
  )
}
