import { sql, type Tx } from '@/lib/db'
import type { Payment } from '@/lib/payments'

/**
 * Has payments watched until they can no longer change: those that moved in a transaction that is not ours, and failed
 * ones whose signature is still valid. Call it in the transaction that books them. Idempotent.
 */
export async function watchPayments(
  tx: Tx,
  payments: readonly Pick<Payment.Payment, 'id' | 'network' | 'instrument'>[],
) {
  const watched = payments.filter(({ instrument: { kind } }) => kind === 'eip3009' || kind === 'permit2')
  if (watched.length === 0) return
  await tx.execute(sql`
    INSERT INTO payment_watch (payment_id, network)
    SELECT * FROM unnest(${watched.map(({ id }) => id)}::uuid[], ${watched.map(({ network }) => network)}::text[])
    ON CONFLICT (payment_id) DO UPDATE SET due_at = now(), looks = 0`)
}
