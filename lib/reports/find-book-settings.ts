import { db, sql } from '@/lib/db'
import { type BookSettings, defaults, filled } from './BookSettings'

/** The account numbers of a merchant's journal, or the defaults. */
export async function findBookSettings(merchantId: string): Promise<BookSettings> {
  const [row] = await db.query<{ settings: BookSettings }>(sql`
    SELECT settings FROM book_setting WHERE merchant_id = ${merchantId}::uuid`)
  return row ? filled(row.settings) : defaults
}
