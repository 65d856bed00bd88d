import { processId, sql, type Tx } from '@/lib/db'
import { columns } from './columns'
import type { Payment } from './Payment'

/**
 * Puts payments back to wait for another batch, after theirs left them unused. Only payments that this process owns, because
 * their request continues with them. If the old batch carries them after all, the token accepts only one of the two transfers.
 * @returns the payments that were put back.
 */
export async function requeueUnsettled(tx: Tx, payments: readonly Payment[]): Promise<Payment[]> {
  const ids = payments.filter(({ status }) => status === 'authorized').map(({ id }) => id)
  if (ids.length === 0) return []
  return tx.query<Payment>(sql`
    UPDATE payment SET settlement = 'none', batch_id = NULL, transaction_id = NULL
    WHERE id = ANY(${ids}::uuid[]) AND settlement = 'pending' AND owner_id = ${processId}::uuid
    RETURNING ${columns}`)
}
