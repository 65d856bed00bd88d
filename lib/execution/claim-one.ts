import { db, sql } from '@/lib/db'
import { columns, toTransaction, type TransactionRow } from './transaction-row'
import type * as Transaction from './Transaction'
import { type LeasedWork, take, isFree, isNext } from './lease'

const statusesOf: Record<LeasedWork, readonly Transaction.TransactionStatus[]> = {
  submit: ['queued', 'held', 'signed'],
  replace: ['submitted'],
}

/** Leases one transaction under a new epoch; undefined if another driver has it or nothing is to be done. */
export async function claimOne(id: string, work: LeasedWork): Promise<Transaction.Transaction | undefined> {
  const [row] = await db.query<TransactionRow>(sql`
    UPDATE transaction t SET ${take}
    WHERE t.id = ${id}::uuid AND t.status = ANY(${statusesOf[work]}::transaction_status[]) AND ${isFree} AND ${isNext}
    RETURNING ${columns}`)
  return row && toTransaction(row)
}
