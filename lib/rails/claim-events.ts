import { db, sql, type Sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

/** An event to work on. */
export type RailEvent = {
  id: string
  network: Caip2
  type: string
  objectId: string
  refers: { intent?: string; charge?: string; refund?: string; dispute?: string; warning?: string; payout?: string }
  receivedAt: Date
}

const batchMax = 100
const firstSeconds = 1
const mostSeconds = 600

/** SQL condition: some event is due. */
export const toTakeEvents: Sql = sql`EXISTS (SELECT FROM rail_event WHERE due_at <= now())`

/** Takes events that are due, oldest first. One that is not marked as done is due again, each time later. */
export function claimEvents(): Promise<RailEvent[]> {
  return db.query<RailEvent>(sql`
    WITH due AS (
      SELECT id FROM rail_event WHERE due_at <= now() ORDER BY due_at LIMIT ${batchMax} FOR UPDATE SKIP LOCKED)
    UPDATE rail_event SET looks = looks + 1, due_at = now() + make_interval(secs =>
      5 + least(${mostSeconds}::float8, ${firstSeconds}::float8 * 2 ^ least(looks, 12)) * (0.5 + random()))
    FROM due WHERE rail_event.id = due.id
    RETURNING rail_event.id, rail_event.network, rail_event.type, rail_event.object_id, rail_event.refers, rail_event.received_at`)
}
