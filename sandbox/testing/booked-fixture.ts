import { sql, withTransaction } from '@/lib/db'
import { insertSold, type SoldOptions } from './sales-fixture'

const atOnce = 5_000

type Seller = { merchantId: string; resourceId: string }

/** Delivered and settled payments with their ledger entries, at the time of each payment. No event, no chain. */
export async function insertBooked(seller: Seller, options: SoldOptions): Promise<void> {
  await insertSold(seller, options)
  const { merchantId } = seller
  const [receivable, revenue] = [`receivable:${merchantId}`, `revenue:${merchantId}`]
  for (let from = new Date(options.fromMs); ;) {
    const entries = await withTransaction(async (tx) => {
      // Sums by triggers are slow for many rows, and none is read here.
      await tx.execute(sql`SET LOCAL session_replication_role = replica`)
      return tx.query<{ at: Date }>(sql`
        INSERT INTO transfer (kind, reason, debit, credit, network, asset, amount_base, payment_id, at)
        SELECT 'direct', e.reason, e.debit, e.credit, network, asset, amount_base, p.id, created_at
        FROM (
          SELECT * FROM payment p WHERE p.merchant_id = ${merchantId}::uuid AND p.status = 'delivered' AND p.created_at >= ${from}
            AND NOT EXISTS (SELECT FROM transfer t WHERE t.payment_id = p.id)
          ORDER BY p.created_at, p.id LIMIT ${atOnce}) p
        CROSS JOIN LATERAL (VALUES
          ('earn', ${receivable}, ${revenue}), ('settle', 'cash:' || p.pay_to, ${receivable})) e(reason, debit, credit)
        ORDER BY p.created_at, p.id
        RETURNING at`)
    })
    const last = entries.at(-1)
    if (!last) return
    from = last.at
  }
}
