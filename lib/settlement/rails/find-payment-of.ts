import { findPayment, type Payment } from '@/lib/payments'
import { findAttemptsBy } from '@/lib/rails'

/** The payment that an intent of Stripe paid; undefined if Sluice made no call about it. */
export async function findPaymentOf(intentId: string): Promise<Payment.Payment | undefined> {
  const [attempt] = await findAttemptsBy(intentId)
  return attempt && (await findPayment(attempt.paymentId))
}
