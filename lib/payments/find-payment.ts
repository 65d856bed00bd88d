import { db, sql } from '@/lib/db'
import { columns } from './columns'
import { type Payment } from './Payment'

/** A payment without a lock, to look at the chain before anything is booked. */
export async function findPayment(id: string): Promise<Payment | undefined> {
  const [payment] = await db.query<Payment>(sql`SELECT ${columns} FROM payment WHERE id = ${id}::uuid`)
  return payment
}
