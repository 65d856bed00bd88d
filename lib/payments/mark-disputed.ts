import { sql, type Tx } from '@/lib/db'

/** Sets whether a dispute took a payment's money: while it did, no refund of it is paid. */
export async function markDisputed(tx: Tx, paymentId: string, disputed: boolean): Promise<void> {
  await tx.execute(
    sql`UPDATE payment SET disputed = ${disputed} WHERE id = ${paymentId}::uuid AND disputed <> ${disputed}`,
  )
}
