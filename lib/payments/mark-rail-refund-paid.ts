import { sql, type Tx } from '@/lib/db'
import { closeRefunded } from './close-refunded'

/**
 * Marks a refund as paid by a party off chain, which knows it as `externalId`, and its payment as refunded if nothing else is open.
 * False if it was paid before.
 */
export async function markRailRefundPaid(
  tx: Tx,
  { id, paymentId }: { id: string; paymentId: string },
  externalId: string,
): Promise<boolean> {
  const paid = await tx.execute(sql`
    UPDATE refund SET status = 'paid', paid_at = now(), tx_hash = ${externalId}, log_index = 0, held_reason = NULL
    WHERE id = ${id}::uuid AND status = 'sent'`)
  if (paid === 0) return false
  await closeRefunded(tx, paymentId)
  return true
}
