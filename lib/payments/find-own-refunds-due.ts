import { db, sql } from '@/lib/db'
import { ownRefundColumns } from './own-refund-columns'
import type { OwnRefund } from './Refund'

/** Refunds of a network whose transfer by a merchant's wallet is looked for and due for a look. Reads only. */
export async function findOwnRefundsDue(network: string, most: number): Promise<OwnRefund[]> {
  return db.query<OwnRefund>(sql`
    SELECT ${ownRefundColumns} FROM refund r JOIN payment p ON p.id = r.payment_id
    WHERE r.source = 'wallet' AND r.status = 'sent' AND r.network = ${network} AND r.due_at <= now()
    ORDER BY r.due_at LIMIT ${most}`)
}
