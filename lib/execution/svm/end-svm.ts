import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import * as Transaction from '../Transaction'

export async function endSvm(
  ctx: Ctx,
  { id, epoch }: Transaction.Transaction,
  status: 'cancelled' | 'failed',
  reason: string,
): Promise<void> {
  await withTransaction(async (tx) => {
    const ended = await tx.execute(sql`
      UPDATE transaction SET status = ${status}::transaction_status, error = ${reason}, held_reason = NULL, lease_until = NULL
      WHERE id = ${id}::uuid AND epoch = ${epoch} AND status = ANY(${Transaction.mayBecome(status)}::transaction_status[])
        AND status NOT IN ('included', 'safe')`)
    if (ended === 1) await recordEvent(tx, ctx, { type: `transaction.${status}`, transactionId: id, data: { reason } })
  })
}
