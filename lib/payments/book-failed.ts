import type { Ctx } from '../ctx'
import { recordEvents } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import type { Payment } from './Payment'
import { voidWithin } from './void-within'

/** Books that the transfer provably did not happen: the payment is void, nothing was charged. */
export async function bookFailed(tx: Tx, ctx: Ctx, payments: readonly Payment[], reason: string): Promise<void> {
  if (payments.length === 0) return
  const ids = payments.map((payment) => payment.id)
  await tx.execute(sql`
    UPDATE payment SET settlement = 'failed' WHERE id = ANY(${ids}::uuid[]) AND settlement IN ('none', 'pending')`)
  await tx.execute(sql`DELETE FROM payment_answer WHERE payment_id = ANY(${ids}::uuid[])`)
  await recordEvents(
    tx,
    ctx,
    payments.map((payment) => ({
      type: 'payment.settlement_failed',
      merchantId: payment.merchantId,
      resourceId: payment.resourceId ?? undefined,
      paymentId: payment.id,
      transactionId: payment.transactionId ?? undefined,
      data: { reason },
    })),
  )
  await voidWithin(tx, ctx, ids, reason)
}
