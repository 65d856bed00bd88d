import { sql, type Tx } from '@/lib/db'

/**
 * The merchant whose dashboard a wallet opens when it signs in: the one of its own that it opened last; for an operator without
 * one the oldest. Undefined if there is none. Reads only.
 */
export async function findMerchantOf(tx: Tx, address: string, operator: boolean): Promise<string | undefined> {
  const [found] = await tx.query<{ id: string }>(sql`
    SELECT m.id FROM merchant m LEFT JOIN member b ON b.merchant_id = m.id AND b.address = ${address}
    WHERE b.address IS NOT NULL OR ${operator}
    ORDER BY b.address IS NULL, b.opened_at DESC NULLS LAST, m.created_at LIMIT 1`)
  return found?.id
}
