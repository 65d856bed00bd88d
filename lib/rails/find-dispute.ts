import { db, sql } from '@/lib/db'
import { columns, type Dispute } from './Dispute'

/** A dispute by our id, or by the other party's; undefined if there is none. */
export async function findDispute(by: { id: string } | { externalId: string }): Promise<Dispute | undefined> {
  const where = 'id' in by ? sql`id = ${by.id}::uuid` : sql`external_id = ${by.externalId}`
  const [found] = await db.query<Dispute>(sql`SELECT ${columns} FROM dispute WHERE ${where}`)
  return found
}
