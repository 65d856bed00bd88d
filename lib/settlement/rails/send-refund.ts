import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import type { ExternalAttempt } from '@/lib/rails'
import { refundIntent } from '@/lib/stripe'
import { bookRailRefund } from './book-rail-refund'

/** Makes the call of a refund and books its outcome. May be called any number of times for one attempt. */
export async function sendRefund(
  ctx: Ctx,
  attempt: ExternalAttempt.ExternalAttempt,
  { txHash: intentId, payTo }: { txHash: string; payTo: string },
): Promise<void> {
  const { refundId, amountBase, key } = attempt
  if (refundId === null) throw new TypeError(`Attempt ${attempt.id} pays no refund`)
  const outcome = await refundIntent(
    { intentId, refundId, amountBase, reason: 'requested_by_customer', isConnected: payTo.startsWith('acct_') },
    key,
  )
  failpoint('after-rail')
  await bookRailRefund(ctx, attempt, outcome)
}
