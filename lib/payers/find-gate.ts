import { db, sql, type Tx } from '@/lib/db'
import { openGate, type PayerGate } from './Payer'

/** Where the merchant serves only allowed payers. Reads only. */
export async function findGate(merchantId: string, tx: Pick<Tx, 'query'> = db): Promise<PayerGate> {
  const [gate] = await tx.query<PayerGate>(sql`
    SELECT whole_shop, resource_ids FROM payer_gate WHERE merchant_id = ${merchantId}::uuid`)
  return gate ?? openGate
}
