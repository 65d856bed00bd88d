import type { Ctx } from '../ctx'
import { sql, type Tx } from '@/lib/db'
import { recordEvent } from './record-event'

/** Stores which transaction carries a checkpoint, in the database transaction that queues it. */
export async function recordAnchor(
  tx: Tx,
  ctx: Ctx,
  { transactionId, size, network }: { transactionId: string; size: bigint; network: string },
): Promise<void> {
  await tx.execute(sql`
    INSERT INTO audit_anchor (transaction_id, size, network) VALUES (${transactionId}::uuid, ${size}, ${network})`)
  await recordEvent(tx, ctx, { type: 'audit.anchored', transactionId, data: { size, network } })
}
