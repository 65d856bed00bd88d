import { processId, sql, type Tx } from '@/lib/db'
import { columns } from './columns'
import type { Payment } from './Payment'

/**
 * Sends payments back to wait for another batch: theirs left them unused. Only those whose request is still there, in this process, to
 * go on with them; should the old batch carry them after all, the token lets only one of the two.
 * @returns those that were sent back.
 */
export async function requeueUnsettled(tx: Tx, payments: readonly Payment[]): Promise<Payment[]> {
  const ids = payments.filter(({ status }) => status === 'authorized').map(({ id }) => id)
  if (ids.length === 0) return []
  return tx.query<Payment>(sql`
    UPDATE payment SET settlement = 'none', batch_id = NULL, transaction_id = NULL
    WHERE id = ANY(${ids}::uuid[]) AND settlement = 'pending' AND owner_id = ${processId}::uuid
    RETURNING ${columns}`)
}
