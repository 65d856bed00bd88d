import { type Tx } from '@/lib/db'
import { insertResolution } from './post-transfers'

/**
 * Posts (value was earned) or voids the pending entries of these payments. A pending entry is resolved once: a second call
 * finds nothing, and a concurrent one fails on the unique `pending_id`.
 */
export async function resolvePending(tx: Tx, kind: 'post' | 'void', paymentIds: readonly string[]): Promise<void> {
  if (paymentIds.length > 0) await tx.execute(insertResolution(kind, paymentIds))
}
