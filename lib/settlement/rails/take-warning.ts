import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { withTransaction } from '@/lib/db'
import { keepFraudWarning } from '@/lib/rails'
import { readWarning } from '@/lib/stripe'
import { findPaymentOf } from './find-payment-of'

/** Stores a warning of the card's issuer as it is now; alert rules of the kind `fraud` see it. May be called any number of times. */
export async function takeWarning(ctx: Ctx, externalId: string): Promise<void> {
  const now = await readWarning(externalId)
  if (now.kind === 'unknown') throw new Error(now.reason)
  if (now.kind === 'refused' || now.value.intentId === null) return
  const { intentId, kind, actionable, createdAtMs } = now.value
  const payment = await findPaymentOf(intentId)
  // Another business of this account.
  if (!payment) return
  const { id: paymentId, merchantId, network } = payment
  await withTransaction(async (tx) => {
    const warning = { externalId, merchantId, paymentId, network, kind, actionable, warnedAt: new Date(createdAtMs) }
    if (!(await keepFraudWarning(tx, warning))) return
    const data = { warningId: externalId, kind, actionable }
    await recordEvent(tx, ctx, { type: 'payment.fraud_warned', merchantId, paymentId, data })
  })
}
