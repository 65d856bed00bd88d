import type { Hex } from 'viem'
import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { readMax } from './sync-channels'

/**
 * Open channels whose opening transaction was in a block and is not any more: execution has seen a reorganisation,
 * whatever the cursor says.
 */
export async function findOpeningsUndone(network: Caip2): Promise<Hex[]> {
  const rows = await db.query<{ id: Hex }>(sql`
    SELECT c.id FROM transaction t JOIN channel c ON c.open_transaction_id = t.id
    WHERE t.network = ${network} AND t.status IN ('signed', 'submitted') AND c.status = 'open' AND c.settlement_id IS NULL
    LIMIT ${readMax}`)
  return rows.map(({ id }) => id)
}
