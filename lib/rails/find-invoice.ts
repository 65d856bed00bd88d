import { db, sql } from '@/lib/db'
import { columns, type RailInvoice } from './RailInvoice'

/** The invoice of a payment hash; undefined if none of ours has it, or it expired unpaid and was forgotten. */
export async function findInvoice(paymentHash: string): Promise<RailInvoice | undefined> {
  const [found] = await db.query<RailInvoice>(
    sql`SELECT ${columns} FROM rail_invoice WHERE payment_hash = ${paymentHash}`,
  )
  return found
}
