import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import * as PayerRequest from './PayerRequest'

/**
 * Stores a payer's request about its own payment, for the merchant: the money back, or help. It moves nothing: a member decides. One for a
 * payment; a second call is refused.
 * @param wallets canonical addresses of the caller, proved. @param input see `PayerRequest.PayerRequestInput`.
 * @throws AppError not-found for a payment of another wallet, bad-input, stale-state for a second request.
 */
export async function askMerchant(
  ctx: Ctx,
  wallets: readonly string[],
  paymentId: string,
  input: unknown,
): Promise<void> {
  const { kind, reason } = PayerRequest.parse(input)
  await withTransaction(async (tx) => {
    const [payment] = await tx.query<{ merchantId: string; resourceId: string | null; payer: string }>(sql`
      SELECT merchant_id, resource_id, payer FROM payment
      WHERE id = ${paymentId}::uuid AND payer = ANY(${wallets}::text[]) AND origin = 'gateway'`)
    if (!payment) throw new AppError('not-found', 'There is no such payment of this wallet.')
    const { merchantId, resourceId, payer } = payment
    const stored = await tx.execute(sql`
      INSERT INTO payer_request (payment_id, merchant_id, wallet, kind, reason)
      VALUES (${paymentId}::uuid, ${merchantId}::uuid, ${payer}, ${kind}, ${reason}) ON CONFLICT (payment_id) DO NOTHING`)
    if (stored === 0) throw new AppError('stale-state', 'You asked about this payment before. The answer appears here.')
    await recordEvent(tx, ctx, {
      type: 'payment.payer_asked',
      merchantId,
      resourceId: resourceId ?? undefined,
      paymentId,
      data: { kind, wallet: payer },
      // A person wrote it.
      sensitive: { reason },
    })
  })
}
