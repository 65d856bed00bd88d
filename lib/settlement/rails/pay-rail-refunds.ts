import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { log } from '../../log'
import { recordEvent } from '@/lib/audit'
import { db, sql, withTransaction } from '@/lib/db'
import { Rail, type Caip2 } from '@/lib/money'
import { explainDueRefunds, findPayment, markRailRefundSent, postponeRefunds } from '@/lib/payments'
import { beginAttempt, ExternalAttempt } from '@/lib/rails'
import { refundColumns, type PendingRefund } from '../refunds/refund-row'
import { sendRefund } from './send-refund'

const batchMax = 50
/** The payer of a Lightning payment, until it says where the money goes. */
const unnamed = 'anonymous'
const disputedReason = 'A dispute took the money of this payment. If it is won, the refund is paid.'

/**
 * Pays the due refunds of a rail by that rail, one call each. A refund has one call that may still succeed; it gets another only
 * when the first is proven to have paid nothing. Yields once for each refund that was sent.
 */
export async function* payRailRefunds(ctx: Ctx, network: Caip2): AsyncGenerator<void> {
  if (Rail.kindOf(network) === 'lightning')
    await explainDueRefunds(
      sql`source = 'signer' AND network = ${network} AND "to" = ${unnamed}`,
      'It waits for an invoice of its payer (/api/rails/lightning/refunds).',
    )
  const due = await db.query<PendingRefund & { round: number; disputed: boolean }>(sql`
    SELECT ${refundColumns}, (SELECT count(*)::int FROM external_attempt e WHERE e.refund_id = r.id) AS round,
      (SELECT p.disputed FROM payment p WHERE p.id = r.payment_id) AS disputed FROM refund r
    WHERE r.status = 'due' AND r.source = 'signer' AND r.network = ${network} AND r.due_at <= now() AND r."to" <> ${unnamed}
    ORDER BY r.attempts, r.due_at LIMIT ${batchMax}`)
  for (const refund of due) {
    if (ctx.isLate()) return
    if (refund.disputed) {
      await postponeRefunds(sql`r.id = ${refund.id} AND r.status = 'due'`, { reason: disputedReason })
      continue
    }
    try {
      if (await pay(ctx, refund)) yield
    } catch (error) {
      log().warn({ err: error, refundId: refund.id }, 'a refund could not be sent yet')
      const reason = error instanceof Error ? error.message : String(error)
      await postponeRefunds(sql`r.id = ${refund.id} AND r.status = 'due'`, { reason })
    }
  }
}

async function pay(ctx: Ctx, refund: PendingRefund & { round: number }): Promise<boolean> {
  const { id: refundId, paymentId, network, amountBase, merchantId, to } = refund
  const payment = await findPayment(paymentId)
  if (payment?.settlement !== 'settled' || payment.txHash === null) return false
  const key = ExternalAttempt.keyOf('refund', refundId, refund.round)
  const attempt = await withTransaction(async (tx) => {
    const about = { paymentId, refundId, network, action: 'refund' as const, key, amountBase, externalId: null }
    if (!(await markRailRefundSent(tx, refundId))) return undefined
    const begun = await beginAttempt(tx, { id: ctx.id(), ...about })
    await recordEvent(tx, ctx, {
      type: 'payment.refund_sent',
      merchantId,
      paymentId,
      data: { refundId, amountBase, to },
    })
    failpoint('before-refund-sent')
    return begun
  })
  if (!attempt) return false
  failpoint('before-rail')
  await sendRefund(ctx, attempt, { txHash: payment.txHash, payTo: payment.payTo, to })
  return true
}
