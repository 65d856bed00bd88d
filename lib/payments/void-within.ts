import type { Ctx } from '../ctx'
import { recordEvents } from '@/lib/audit'
import { sql, type Sql, type Tx } from '@/lib/db'
import { resolvePending } from '@/lib/ledger'
import { columns } from './columns'
import { releaseExposure } from './exposure'
import type { Payment } from './Payment'

/** Voids payments in the caller's transaction, as `voidPayments` does. */
export async function voidWithin(
  tx: Tx,
  ctx: Ctx,
  ids: readonly string[],
  reason: string,
  when: Sql = sql`true`,
): Promise<number> {
  const payments = await tx.query<Payment>(sql`
    UPDATE payment SET status = 'voided', reason = ${reason}, owner_id = NULL
    WHERE id = ANY(${ids}::uuid[]) AND status = 'authorized' AND settlement IN ('none', 'failed') AND ${when}
    RETURNING ${columns}`)
  if (payments.length === 0) return 0
  await resolvePending(
    tx,
    'void',
    payments.map((payment) => payment.id),
  )
  await releaseExposure(tx, payments)
  await recordEvents(
    tx,
    ctx,
    payments.map((payment) => ({
      type: 'payment.voided',
      merchantId: payment.merchantId,
      resourceId: payment.resourceId ?? undefined,
      paymentId: payment.id,
      data: { reason },
    })),
  )
  return payments.length
}
