import { sql, type Tx } from '@/lib/db'
import { nextRefundDue } from './postpone-refunds'

/**
 * Makes a refund due again that a party off chain did not pay, or that came back after it was paid.
 * @returns what it was before; undefined if it is neither sent nor paid.
 */
export async function markRailRefundFailed(
  tx: Tx,
  { id, paymentId }: { id: string; paymentId: string },
  reason: string,
  /** Where it goes next; undefined: to the same place. */
  to?: string,
): Promise<'sent' | 'paid' | undefined> {
  const [before] = await tx.query<{ status: 'sent' | 'paid' }>(sql`
    SELECT status FROM refund WHERE id = ${id}::uuid AND status IN ('sent', 'paid') FOR UPDATE`)
  if (!before) return undefined
  await tx.execute(sql`
    UPDATE refund r SET status = 'due', paid_at = NULL, tx_hash = NULL, log_index = NULL, attempts = r.attempts + 1,
      held_reason = ${reason}, "to" = coalesce(${to ?? null}, r."to"), due_at = ${nextRefundDue()}
    WHERE r.id = ${id}::uuid`)
  await tx.execute(sql`UPDATE payment SET status = 'refund_due' WHERE id = ${paymentId}::uuid AND status = 'refunded'`)
  return before.status
}
