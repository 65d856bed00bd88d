import { db, sql } from '@/lib/db'
import { closeColumns, type ClosedMonth, toClosedMonth } from './close-rows'

/** The closed months of a merchant, newest first. */
export async function findClosedMonths(merchantId: string): Promise<ClosedMonth[]> {
  const rows = await db.query<Parameters<typeof toClosedMonth>[0]>(sql`
    SELECT ${closeColumns} FROM month_close WHERE merchant_id = ${merchantId}::uuid ORDER BY month DESC`)
  return rows.map(toClosedMonth)
}
