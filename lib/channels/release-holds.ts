import type { Ctx } from '../ctx'
import { recordEvents } from '@/lib/audit'
import { db, isDead, sql, withTransaction, type Sql } from '@/lib/db'

const batchMax = 500

type Hold = { channelId: string; ownerId: string }

/** Owners are few and holds may be many: the recursion jumps from owner to owner in the index, and checks each once. */
const ofDead: Sql = sql`
  WITH RECURSIVE owner AS (
    (SELECT owner_id AS id FROM channel_hold ORDER BY owner_id LIMIT 1)
    UNION ALL
    SELECT (SELECT h.owner_id FROM channel_hold h WHERE h.owner_id > owner.id ORDER BY h.owner_id LIMIT 1)
    FROM owner WHERE owner.id IS NOT NULL)
  SELECT h.channel_id, h.owner_id FROM owner CROSS JOIN LATERAL (
    SELECT channel_id, owner_id FROM channel_hold WHERE owner_id = owner.id LIMIT ${batchMax}) h
  WHERE owner.id IS NOT NULL AND ${isDead(sql`owner.id`)} LIMIT ${batchMax}`

/** SQL condition: `releaseHolds` has something to do. */
export const toRelease: Sql = sql`EXISTS (${ofDead})`

/**
 * Releases what dead processes held of channels for deliveries that never ended: nothing is charged for them. Idempotent; any
 * number of processes may run it.
 * @returns how many holds were released.
 */
export async function releaseHolds(ctx: Ctx): Promise<number> {
  const dead = await db.query<Hold>(ofDead)
  if (dead.length === 0) return 0
  const channelIds = dead.map(({ channelId }) => channelId)
  return withTransaction(async (tx) => {
    const released = await tx.query<Hold & { merchantId: string; amountBase: bigint }>(sql`
      WITH locked AS (
        SELECT c.id FROM channel c WHERE c.id = ANY(${channelIds}::text[]) ORDER BY c.id FOR NO KEY UPDATE
      ), gone AS (
        DELETE FROM channel_hold h
        USING unnest(${channelIds}::text[], ${dead.map(({ ownerId }) => ownerId)}::uuid[]) AS d(channel_id, owner_id)
          JOIN locked l ON l.id = d.channel_id
        WHERE h.channel_id = d.channel_id AND h.owner_id = d.owner_id AND ${isDead(sql`h.owner_id`)}
        RETURNING h.channel_id, h.owner_id, h.amount_base
      ), freed AS (
        UPDATE channel c SET reserved_base = c.reserved_base - g.amount
        FROM (SELECT channel_id, sum(amount_base) AS amount FROM gone GROUP BY channel_id) g
        WHERE c.id = g.channel_id AND c.id = ANY(${channelIds}::text[])
        RETURNING c.id, c.merchant_id
      )
      SELECT f.id AS channel_id, f.merchant_id, g.amount_base, g.owner_id
      FROM freed f JOIN gone g ON g.channel_id = f.id`)
    await recordEvents(
      tx,
      ctx,
      released.map(({ channelId, merchantId, amountBase, ownerId }) => ({
        type: 'channel.released',
        merchantId,
        channelId,
        data: { amountBase, processId: ownerId },
      })),
    )
    return released.length
  })
}
