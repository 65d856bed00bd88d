import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import type { ExternalAttempt } from '@/lib/rails'
import { db, sql } from '@/lib/db'
import { refundIntent } from '@/lib/stripe'
import { Rail } from '@/lib/money'
import { bookRailRefund } from './book-rail-refund'
import { payInvoice } from './pay-invoice'

/** What is paid back, to whom: the intent of a charge, the account that was paid, and where the refund goes. */
export type RefundWay = { txHash: string; payTo: string; to: string }

/** Makes the call of a refund and books its outcome. May be called any number of times for one attempt. */
export async function sendRefund(
  ctx: Ctx,
  attempt: ExternalAttempt.ExternalAttempt,
  { txHash: intentId, payTo, to }: RefundWay,
): Promise<void> {
  const { refundId, amountBase, key } = attempt
  if (refundId === null) throw new TypeError(`Attempt ${attempt.id} pays no refund`)
  const outcome =
    Rail.kindOf(attempt.network) === 'lightning'
      ? await payInvoice(attempt, to)
      : await refundIntent(
          { intentId, refundId, amountBase, reason: await reasonOf(refundId), isConnected: payTo.startsWith('acct_') },
          key,
        )
  failpoint('after-rail')
  await bookRailRefund(ctx, attempt, outcome)
}

/** Always the same for one refund, as its key demands. Stripe learns from `fraudulent`. */
async function reasonOf(refundId: string): Promise<'fraudulent' | 'requested_by_customer'> {
  const [refund] = await db.query<{ requestKey: string }>(
    sql`SELECT request_key FROM refund WHERE id = ${refundId}::uuid`,
  )
  return refund?.requestKey.startsWith('request fraud|') ? 'fraudulent' : 'requested_by_customer'
}
