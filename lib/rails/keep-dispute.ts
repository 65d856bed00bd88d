import { sql, type Tx } from '@/lib/db'
import { columns, isClosed, type Dispute } from './Dispute'

export type DisputeReading = Omit<Dispute, 'evidence' | 'submittedAt' | 'acceptedAt' | 'closedAt'>

/**
 * Writes a dispute as it is now, unless the row is newer. The caller has locked its payment.
 * @returns false if the row is newer; otherwise the row before, which is undefined the first time.
 */
export async function keepDispute(tx: Tx, now: DisputeReading): Promise<{ before: Dispute | undefined } | false> {
  const [before] = await tx.query<Dispute>(
    sql`SELECT ${columns} FROM dispute WHERE external_id = ${now.externalId} FOR UPDATE`,
  )
  if (before && before.progress > now.progress) return false
  const { id, merchantId, paymentId, network, asset, externalId, status, reason, networkReason, amountBase } = now
  await tx.execute(sql`
    INSERT INTO dispute (id, merchant_id, payment_id, network, asset, external_id, status, reason, network_reason, amount_base,
      withdrawn_base, fee_base, lost_base, progress, due_by, opened_at, closed_at)
    VALUES (${id}::uuid, ${merchantId}::uuid, ${paymentId}::uuid, ${network}, ${asset}, ${externalId}, ${status}, ${reason},
      ${networkReason}, ${amountBase}, ${now.withdrawnBase}, ${now.feeBase}, ${now.lostBase}, ${now.progress}, ${now.dueBy},
      ${now.openedAt}, CASE WHEN ${isClosed(now)} THEN now() END)
    ON CONFLICT (external_id) DO UPDATE SET status = EXCLUDED.status, reason = EXCLUDED.reason,
      network_reason = EXCLUDED.network_reason, amount_base = EXCLUDED.amount_base, withdrawn_base = EXCLUDED.withdrawn_base,
      fee_base = EXCLUDED.fee_base, lost_base = EXCLUDED.lost_base, progress = EXCLUDED.progress, due_by = EXCLUDED.due_by,
      closed_at = CASE WHEN EXCLUDED.closed_at IS NULL THEN NULL ELSE coalesce(dispute.closed_at, EXCLUDED.closed_at) END`)
  return { before }
}
