import { db, sql } from '@/lib/db'
import { insertSold, type SoldOptions } from './sales-fixture'

const atOnce = 1_000

type Seller = { merchantId: string; resourceId: string }

/** Delivered and settled payments with their ledger entries, at the time of each payment. No event, no chain. */
export async function insertBooked(seller: Seller, options: SoldOptions): Promise<void> {
  await insertSold(seller, options)
  const { merchantId } = seller
  const [receivable, revenue] = [`receivable:${merchantId}`, `revenue:${merchantId}`]
  // A trigger changes the sum of the pay-to address for each row: many changes of one row in one statement are slow.
  let written = 1
  while (written > 0)
    written = await db.execute(sql`
      INSERT INTO transfer (kind, reason, debit, credit, network, asset, amount_base, payment_id, at)
      SELECT 'direct', e.reason, e.debit, e.credit, network, asset, amount_base, p.id, created_at
      FROM (
        SELECT * FROM payment p WHERE p.merchant_id = ${merchantId}::uuid AND p.status = 'delivered' AND p.created_at >= coalesce(
            (SELECT max(at) FROM transfer t WHERE t.credit = ${revenue} AND t.at >= ${new Date(options.fromMs)}), ${new Date(options.fromMs)})
          AND NOT EXISTS (SELECT FROM transfer t WHERE t.payment_id = p.id)
        ORDER BY p.created_at, p.id LIMIT ${atOnce}) p
      CROSS JOIN LATERAL (VALUES
        ('earn', ${receivable}, ${revenue}), ('settle', 'cash:' || p.pay_to, ${receivable})) e(reason, debit, credit)
      ORDER BY p.created_at, p.id`)
}
