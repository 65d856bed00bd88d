import type { Reader } from '../../ctx'
import { sql } from '@/lib/db'
import type * as BatchView from './BatchView'
import { findOneBatch } from './find-one-batch'

/** A batch; undefined if it does not exist or has nothing of the reader's. */
export function getBatch(reader: Reader, id: string): Promise<BatchView.BatchListRow | undefined> {
  return findOneBatch(reader, sql`b.id = ${id}::uuid`)
}
