import type { Reader } from '../../ctx'
import { sql } from '@/lib/db'
import type * as BatchView from './BatchView'
import { findOneBatch } from './find-one-batch'

/** The batch of a transaction; undefined if it has none. */
export function findBatchOf(reader: Reader, transactionId: string): Promise<BatchView.BatchListRow | undefined> {
  return findOneBatch(reader, sql`b.transaction_id = ${transactionId}::uuid`)
}
