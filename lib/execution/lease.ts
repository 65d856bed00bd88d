import { db, isDead, processId, sql, type Sql } from '@/lib/db'
import { columns, toTransaction, type Row } from './row'
import type * as Transaction from './Transaction'

/** Longer than a driver's slowest honest round (reads and a send at five seconds each). */
export const leaseMs = 15_000

const isFree: Sql = sql`(t.lease_until IS NULL OR t.lease_until < now() OR ${isDead(sql`t.lease_owner`)})`
const take: Sql = sql`
  epoch = t.epoch + 1, lease_owner = ${processId}::uuid, lease_until = now() + make_interval(secs => ${leaseMs / 1000})`

/** What a driver may take: work before submission, or, to replace an attempt, a submitted transaction. */
export type Work = 'submit' | 'replace'

const statusesOf: Record<Work, readonly Transaction.Status[]> = {
  submit: ['queued', 'held', 'signed'],
  replace: ['submitted'],
}

/** Takes one transaction under a new epoch, or undefined when another driver has it or there is nothing to do. */
export async function claimOne(id: string, work: Work): Promise<Transaction.Transaction | undefined> {
  const [row] = await db.query<Row>(sql`
    UPDATE transaction t SET ${take}
    WHERE t.id = ${id}::uuid AND t.status = ANY(${statusesOf[work]}::transaction_status[]) AND ${isFree}
    RETURNING ${columns}`)
  return row && toTransaction(row)
}

/** Takes up to `limit` transactions that are due, oldest first, past those that others hold. */
export async function claimDue(limit: number): Promise<Transaction.Transaction[]> {
  const rows = await db.query<Row>(sql`
    WITH due AS (
      SELECT t.id FROM transaction t
      WHERE t.status = ANY(${statusesOf.submit}::transaction_status[]) AND t.due_at <= now() AND ${isFree}
      ORDER BY t.due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    UPDATE transaction t SET ${take} FROM due WHERE t.id = due.id
    RETURNING ${columns}`)
  return rows.map(toTransaction).sort((one, other) => other.ageMs - one.ageMs)
}

/** Gives a transaction back untouched, to be taken up again after `delayMs`. Does nothing when the lease was lost. */
export async function release({ id, epoch }: Transaction.Transaction, delayMs: number): Promise<void> {
  await db.execute(sql`
    UPDATE transaction SET lease_until = NULL, due_at = now() + make_interval(secs => ${delayMs / 1000})
    WHERE id = ${id}::uuid AND epoch = ${epoch}`)
}
