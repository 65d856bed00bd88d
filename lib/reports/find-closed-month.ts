import { db, sql } from '@/lib/db'
import { closeColumns, type ClosedMonth, toClosedMonth } from './close-rows'
import * as Month from './Month'

/** A month as it was closed; undefined while it is open. */
export async function findClosedMonth(merchantId: string, month: Month.Month): Promise<ClosedMonth | undefined> {
  const [row] = await db.query<Parameters<typeof toClosedMonth>[0]>(sql`
    SELECT ${closeColumns} FROM month_close WHERE merchant_id = ${merchantId}::uuid AND month = ${Month.start(month)}::date`)
  return row && toClosedMonth(row)
}
