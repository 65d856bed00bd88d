import { db, sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import * as OperatorAction from '../OperatorAction'
import { columns, toTransaction, type TransactionRow } from '../transaction-row'
import type * as Transaction from '../Transaction'

/** @throws AppError not-found. */
export async function readForAction(id: string): Promise<Transaction.Transaction> {
  const [row] = await db.query<TransactionRow>(sql`SELECT ${columns} FROM transaction t WHERE t.id = ${id}::uuid`)
  if (!row) throw new AppError('not-found', 'There is no such transaction.')
  return toTransaction(row)
}

/** @throws AppError not-cancellable | stale-state with the reason. */
export function mustBePossible(transaction: Transaction.Transaction, action: OperatorAction.OperatorAction): void {
  const reason = OperatorAction.whyNot(transaction, action)
  if (reason === undefined) return
  throw new AppError(action === 'cancel' ? 'not-cancellable' : 'not-possible', reason)
}
