import { sql, type Tx } from '@/lib/db'
import { columns, type Dispute } from './Dispute'

/** A dispute, locked until the transaction ends. */
export async function lockDispute(tx: Tx, id: string): Promise<Dispute | undefined> {
  const [found] = await tx.query<Dispute>(sql`SELECT ${columns} FROM dispute WHERE id = ${id}::uuid FOR UPDATE`)
  return found
}
