import { db, sql, type Tx } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { defaults } from './SettlementTerms'
import { type StoredSettlementTerms, type SettlementTermsRow, selectTerms, toStored } from './stored-settlement-terms'

/** The terms of a merchant's channels on a network: its own, or the defaults. */
export async function findSettlementTerms(
  merchantId: string,
  network: Caip2,
  tx: Tx = db,
): Promise<StoredSettlementTerms> {
  const [row] = await tx.query<SettlementTermsRow>(
    sql`${selectTerms} WHERE merchant_id = ${merchantId}::uuid AND network = ${network}`,
  )
  return row ? toStored(row) : { merchantId, network, revision: 0, ...defaults }
}
