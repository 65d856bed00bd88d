import { sql, type Tx } from '@/lib/db'

/** Takes back the inclusion of a refund's transaction: a paid refund is sent again, and its payment is owed a refund again. */
export async function reopenRefund(
  tx: Tx,
  { id, paymentId, reorgs, isPaid }: { id: string; paymentId: string; reorgs: number; isPaid: boolean },
): Promise<void> {
  await tx.execute(sql`
    UPDATE refund SET reorgs = ${reorgs}, status = CASE WHEN status = 'paid' THEN 'sent' ELSE status END,
      paid_at = NULL, tx_hash = NULL, due_at = now() WHERE id = ${id}::uuid`)
  if (isPaid)
    await tx.execute(
      sql`UPDATE payment SET status = 'refund_due' WHERE id = ${paymentId}::uuid AND status = 'refunded'`,
    )
}
