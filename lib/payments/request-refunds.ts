import type { Ctx } from '../ctx'
import { AppError } from '@/lib/errors'
import { Filter } from '@/lib/paging'
import { assertMayRefund, type RefundRequester } from './assert-may-refund'
import type * as BulkRefund from './BulkRefund'
import { parseSubjects } from './PaymentFilter'
import { requestRefund } from './request-refund'

/**
 * Requests a refund of each of these payments, one after the other, each in a transaction of its own and by an idempotency key of its own:
 * a payment that is refused stops no other. May be called twice: the same key makes the same refunds, also after it was killed
 * in the middle.
 * @param input `key`: the form's own. `request`: see `BulkRefund.BulkRefundInput`. `subjectIds`: at most a hundred payments and channels.
 * @returns the result of each payment; sessions are left out.
 * @throws AppError not-allowed; bad-input for the ids, the key or the reason.
 */
export async function requestRefunds(
  ctx: Ctx,
  requester: RefundRequester,
  input: { subjectIds: readonly string[]; request: BulkRefund.BulkRefundInput; key: string },
): Promise<BulkRefund.BulkRefundResult[]> {
  assertMayRefund(requester, requester.merchantId)
  const ids = parseSubjects(input.subjectIds).filter(Filter.isId)
  const { reason, amount, wallet } = input.request ?? {}
  const results: BulkRefund.BulkRefundResult[] = []
  for (const paymentId of ids) {
    const request = { reason, amount, wallet }
    try {
      await requestRefund(ctx, requester, { paymentId, request, idempotencyKey: `bulk-${input.key}` })
      results.push({ id: paymentId, ok: true })
    } catch (error) {
      if (!(error instanceof AppError) || isOfForm(error)) throw error
      results.push({ id: paymentId, ok: false, message: error.message })
    }
  }
  return results
}

/** A fault of what was typed, the same for every payment: the form shows it at its field. It is met at the first payment, before any refund. */
function isOfForm({ code, fields }: AppError): boolean {
  return code === 'bad-input' && fields.some(({ field }) => field === 'reason' || field === 'Idempotency-Key')
}
