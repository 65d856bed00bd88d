import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { MemberScope } from '@/lib/auth'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import * as PayerRequest from './PayerRequest'

/**
 * Answers a payer's request about a payment: the payer reads the text on its own page, and the request is closed. A refund is
 * requested apart from it. @throws AppError not-found, not-allowed, bad-input, stale-state if it was answered before.
 */
export async function answerPayer(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  paymentId: string,
  input: unknown,
): Promise<void> {
  const answer = PayerRequest.parseAnswer(input)
  await withTransaction(async (tx) => {
    const [row] = await tx.query<{ merchantId: string; answeredAt: Date | null }>(
      sql`SELECT merchant_id, answered_at FROM payer_request WHERE payment_id = ${paymentId}::uuid FOR UPDATE`,
    )
    if (!row) throw new AppError('not-found', 'The payer asked nothing about this payment.')
    MemberScope.assertMay(scope, row.merchantId, 'refund')
    if (row.answeredAt) throw new AppError('stale-state', 'Another member answered it already. Reload the page.')
    await tx.execute(sql`
      UPDATE payer_request SET answer = ${answer}, answered_at = now(), answered_by = ${scope.address}
      WHERE payment_id = ${paymentId}::uuid`)
    await recordEvent(tx, ctx, {
      type: 'payment.payer_answered',
      merchantId: row.merchantId,
      paymentId,
      sensitive: { answer },
    })
  })
}
