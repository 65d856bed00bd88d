import { db, json, sql } from '@/lib/db'
import type { Export } from '@/lib/proof'
import type { EventType } from './AuditEvent'
import { publicKey } from './find-checkpoint'
import { proveEvents } from './prove-events'

/** An event with its proof under the first checkpoint that covers it, so that it is the same whenever it is read. */
export type SealedEvent = { event: Export.ExportLeaf; checkpoint: string; key: string }

/**
 * The merchant's first event of a type whose data has these members; undefined while no checkpoint covers it. Holds no personal
 * values: these may be deleted, and the event stays the same.
 */
export async function findSealedEvent(
  merchantId: string,
  type: EventType,
  data: Record<string, string>,
): Promise<SealedEvent | undefined> {
  const [found] = await db.query<{ seq: bigint; size: bigint; note: string }>(sql`
    SELECT e.seq, c.size, c.note FROM audit_event e JOIN audit_leaf l ON l.seq = e.seq
      JOIN LATERAL (SELECT size, note FROM audit_checkpoint WHERE size > l.index ORDER BY size LIMIT 1) c ON true
    WHERE e.merchant_id = ${merchantId}::uuid AND e.type = ${type} AND e.data @> ${json(data)}::jsonb ORDER BY e.seq LIMIT 1`)
  if (!found) return undefined
  const [leaf] = await proveEvents(found.size, sql`e.seq = ${found.seq}`)
  if (!leaf) return undefined
  const { disclosed: _, ...event } = leaf
  return { event, checkpoint: found.note, key: publicKey() }
}
