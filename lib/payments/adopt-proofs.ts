import { db, processId, sql, stayAlive, type Sql } from '@/lib/db'
import { columns } from './columns'
import type { Payment } from './Payment'
import { hasMoved, isOrphaned } from './resolve-orphans'

const batchMax = 50

const isLeft = sql`${isOrphaned} AND settlement = 'none' AND ${hasMoved}`

/** SQL condition: `adoptProofs` would find something. */
export const toAdoptProofs: Sql = sql`EXISTS (SELECT FROM payment WHERE ${isLeft})`

/**
 * Takes over payments whose process died after it claimed them, and whose money had moved before: they have to be booked, never
 * voided. Each goes to one process.
 */
export async function adoptProofs(): Promise<Payment[]> {
  await stayAlive()
  return db.query<Payment>(sql`
    WITH left_alone AS (
      SELECT id FROM payment WHERE ${isLeft} ORDER BY created_at LIMIT ${batchMax} FOR UPDATE SKIP LOCKED)
    UPDATE payment SET owner_id = ${processId}::uuid FROM left_alone WHERE payment.id = left_alone.id
    RETURNING ${columns}`)
}
