import { sql, type Tx } from '@/lib/db'

/** Marks a due refund as on its way by a party off chain. False if it is not due any more. */
export async function markRailRefundSent(tx: Tx, id: string): Promise<boolean> {
  const sent = await tx.execute(sql`
    UPDATE refund SET status = 'sent', held_reason = NULL, due_at = now() WHERE id = ${id}::uuid AND status = 'due'`)
  return sent === 1
}
