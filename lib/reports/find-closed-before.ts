import { db, sql } from '@/lib/db'
import { closeColumns, type ClosedMonth, toClosedMonth } from './close-rows'
import * as Month from './Month'

/** The last closed month before this one; undefined if there is none. */
export async function findClosedBefore(merchantId: string, month: Month.Month): Promise<ClosedMonth | undefined> {
  const [row] = await db.query<Parameters<typeof toClosedMonth>[0]>(sql`
    SELECT ${closeColumns} FROM month_close WHERE merchant_id = ${merchantId}::uuid AND month < ${Month.start(month)}::date
    ORDER BY month DESC LIMIT 1`)
  return row && toClosedMonth(row)
}
