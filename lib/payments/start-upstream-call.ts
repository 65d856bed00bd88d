import { db, processId, sql } from '@/lib/db'

/**
 * Records that the upstream is about to be called, so that it is called only once per payment.
 * @returns false if this process no longer owns the payment: do not call.
 */
export async function startUpstreamCall(paymentId: string): Promise<boolean> {
  const written = await db.execute(sql`
    UPDATE payment SET upstream_started_at = now()
    WHERE id = ${paymentId} AND owner_id = ${processId}::uuid AND status = 'authorized' AND upstream_started_at IS NULL`)
  return written === 1
}
