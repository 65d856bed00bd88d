import { db, sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import * as Action from '../Action'
import { columns, toTransaction, type Row } from '../row'
import type * as Transaction from '../Transaction'

/** @throws AppError not-found. */
export async function readForAction(id: string): Promise<Transaction.Transaction> {
  const [row] = await db.query<Row>(sql`SELECT ${columns} FROM transaction t WHERE t.id = ${id}::uuid`)
  if (!row) throw new AppError('not-found', 'There is no such transaction.')
  return toTransaction(row)
}

/** @throws AppError not-cancellable | stale-state with the reason. */
export function mustBePossible(transaction: Transaction.Transaction, action: Action.Action): void {
  const reason = Action.whyNot(transaction, action)
  if (reason === undefined) return
  throw new AppError(action === 'cancel' ? 'not-cancellable' : 'not-possible', reason)
}
