import { db, sql } from '@/lib/db'
import { ownRefundColumns } from './own-refund-columns'
import type { OwnRefund } from './Refund'

/** A refund that a wallet of the merchant pays; undefined if there is none with this id. Reads only. */
export async function findOwnRefund(id: string): Promise<OwnRefund | undefined> {
  const [refund] = await db.query<OwnRefund>(sql`
    SELECT ${ownRefundColumns} FROM refund r JOIN payment p ON p.id = r.payment_id WHERE r.id = ${id}::uuid AND r.source = 'wallet'`)
  return refund
}
