import { db, sql } from '@/lib/db'
import { type StoredSettlementTerms, type SettlementTermsRow, selectTerms, toStored } from './stored-settlement-terms'

/** The stored terms of these merchants, on all networks. */
export async function listSettlementTerms(merchantIds: readonly string[]): Promise<StoredSettlementTerms[]> {
  const rows = await db.query<SettlementTermsRow>(
    sql`${selectTerms} WHERE merchant_id = ANY(${[...new Set(merchantIds)]}::uuid[]) ORDER BY merchant_id, network`,
  )
  return rows.map(toStored)
}
