import { sql, type Tx } from '@/lib/db'
import { columns } from './columns'
import { type Payment } from './Payment'

/** A payment, locked until the transaction ends. */
export async function lockPayment(tx: Tx, id: string): Promise<Payment | undefined> {
  const [payment] = await tx.query<Payment>(sql`SELECT ${columns} FROM payment WHERE id = ${id}::uuid FOR UPDATE`)
  return payment
}
