import { db, sql } from '@/lib/db'

/** A payment may arrive a little after the expiry, and a node may be away for a while. */
const keptHours = 24
const batchMax = 5_000

/** Deletes invoices that expired unpaid. @returns how many. */
export async function forgetInvoices(): Promise<number> {
  return db.execute(sql`
    DELETE FROM rail_invoice WHERE payment_hash IN (
      SELECT payment_hash FROM rail_invoice
      WHERE paid_at IS NULL AND expires_at < now() - make_interval(hours => ${keptHours}) LIMIT ${batchMax})`)
}
