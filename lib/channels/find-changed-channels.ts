import { db, sql } from '@/lib/db'
import { type ObservedChannel } from './ObservedChannel'
import { observedRows } from './observed-rows'

/**
 * The observed channels whose rows show another state, for `bookChannelStates`. Reads without a lock, because usually nothing
 * differs.
 */
export async function findChangedChannels(observed: readonly ObservedChannel[]): Promise<ObservedChannel[]> {
  const rows = await db.query<{ id: string }>(sql`
    SELECT c.id FROM ${observedRows(observed)} JOIN channel c ON c.id = s.id
    WHERE c.status IN ('open', 'closing') AND s.block >= c.state_block
      AND (c.deposit_base, c.settled_base, c.close_requested_at) IS DISTINCT FROM (s.deposit, s.settled, s.requested_at)`)
  const ids = new Set(rows.map(({ id }) => id))
  return observed.filter(({ channelId }) => ids.has(channelId))
}
