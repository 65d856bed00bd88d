import { sql, type Tx } from '@/lib/db'
import { type ChannelShare } from './ChannelShare'
import { shareRows } from './share-rows'

/**
 * Takes channels for a settlement, so that no other settlement of them starts until this one is booked. Skips a channel that is
 * taken, not open, or changed since the caller read it; a close also needs that nothing is reserved.
 * @returns the ids of the channels that were taken.
 */
export async function takeChannels(tx: Tx, intents: readonly ChannelShare[]): Promise<Set<string>> {
  const taken = await tx.query<{ id: string }>(sql`
    WITH intent AS (SELECT * FROM ${shareRows(intents)}),
      locked AS (
        SELECT c.id FROM channel c WHERE c.id IN (SELECT channel_id FROM intent) ORDER BY c.id FOR NO KEY UPDATE)
    UPDATE channel c SET settlement_id = i.id, parked_reason = NULL, parked_until = NULL, apart_until = NULL, tries = 0,
      status = CASE WHEN i.kind = 'close' THEN 'closing' ELSE c.status END
    FROM intent i JOIN locked l ON l.id = i.channel_id
    WHERE c.id = l.id AND c.status = 'open' AND c.settlement_id IS NULL
      AND CASE WHEN i.kind = 'settle' THEN coalesce(i.capture, i.cumulative) > c.settled_base AND i.cumulative <= c.accepted_base
        ELSE c.reserved_base = 0 AND i.capture = greatest(least(c.spent_base, c.deposit_base), c.settled_base)
          AND i.cumulative >= c.accepted_base END
    RETURNING c.id`)
  return new Set(taken.map(({ id }) => id))
}
