import { db, sql } from '@/lib/db'
import { proveEvents } from './prove-events'
import { publicKey } from './find-checkpoint'
import { listAnchors } from './anchors'
import { getCheckpoint } from './get-checkpoint'

/**
 * What the log proves about a transaction: its own events and those of its intent, which began with the transaction `firstId`.
 * The caller has checked that the reader takes part in it.
 */
export async function exportTransaction(id: string, firstId: string) {
  const where = sql`(e.transaction_id = ${id}::uuid
    OR (e.transaction_id = ${firstId}::uuid AND e.type LIKE 'intent.%'))`
  const { size, note } = await getCheckpoint()
  const [events, anchors, [all]] = await Promise.all([
    proveEvents(size, where),
    listAnchors(size),
    db.query<{ count: bigint }>(sql`SELECT count(*) FROM audit_event e WHERE ${where}`),
  ])
  return { events, anchors, waiting: Number(all?.count ?? 0n) - events.length, checkpoint: note, key: publicKey() }
}
