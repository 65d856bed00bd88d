import { db, sql } from '@/lib/db'

/** How many invoices of this installation can still be paid. */
export async function countOpenInvoices(): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    sql`SELECT count(*)::int AS count FROM rail_invoice WHERE paid_at IS NULL AND expires_at > now()`,
  )
  return row?.count ?? 0
}
