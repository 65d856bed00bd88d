import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { db, json, sql, type Tx } from '@/lib/db'
import { Account, postTransfers } from '@/lib/ledger'
import { columns } from './columns'
import { isKept, keepAnswers, withFacts } from './deliver-payment'
import { isBooked, type Payment } from './Payment'
import { owe } from './refund-payment'
import type { SettlementBooking, SettlingPayment } from './settle-payments'

/**
 * Marks a locked payment as being settled by somebody else's facilitator, and keeps the answer that is already there. From here
 * on it is that one's, until the chain says what became of it.
 */
export async function beginElsewhere(
  tx: Tx,
  ctx: Ctx,
  { payment, delivery }: SettlingPayment,
  via: { id: string; name: string },
): Promise<void> {
  await tx.execute(sql`
    UPDATE payment SET settlement = 'pending', settle_via = ${via.id}, upstream_status = ${delivery?.upstreamStatus ?? null},
      upstream_ended_at = ${delivery ? new Date(delivery.upstreamEndedAtMs) : null}, facts = ${withFacts(delivery)}
    WHERE id = ${payment.id}`)
  if (delivery) await keepAnswers(tx, [delivery])
  await recordEvent(tx, ctx, {
    type: 'payment.settling',
    merchantId: payment.merchantId,
    resourceId: payment.resourceId ?? undefined,
    paymentId: payment.id,
    data: {
      via: via.name,
      upstreamId: via.id,
      ...(delivery && { upstreamStatus: delivery.upstreamStatus, answerKept: isKept(delivery.answer) }),
    },
  })
}

/** A payment as it stands, to look at the chain before anything is booked. */
export async function findPayment(id: string): Promise<Payment | undefined> {
  const [payment] = await db.query<Payment>(sql`SELECT ${columns} FROM payment WHERE id = ${id}::uuid`)
  return payment
}

/** The same, locked. */
export async function lockPayment(tx: Tx, id: string): Promise<Payment | undefined> {
  const [payment] = await tx.query<Payment>(sql`SELECT ${columns} FROM payment WHERE id = ${id}::uuid FOR UPDATE`)
  return payment
}

/**
 * Books that a payment which counted as failed moved after all: nobody got anything for it, so that it is owed back. One that was
 * facilitated for another server is that server's to answer for, and only stands corrected. May be called twice.
 * @returns whether this call booked it.
 */
export async function bookLate(tx: Tx, ctx: Ctx, booking: SettlementBooking): Promise<boolean> {
  const reason = 'The transfer came after the payment had counted as failed.'
  const [payment] = await tx.query<Payment>(sql`
    UPDATE payment SET settlement = 'settled', settled_at = now(), tx_hash = ${booking.txHash},
      log_index = ${booking.logIndex}, block_number = ${booking.blockNumber}, receipt = ${json(booking.receipt)}::jsonb,
      status = CASE WHEN origin = 'gateway' THEN 'refund_due' ELSE 'delivered' END::payment_status,
      delivered_at = CASE WHEN origin = 'gateway' THEN NULL ELSE now() END, reason = ${reason}
    WHERE id = ${booking.paymentId}::uuid AND status = 'voided' AND settlement = 'failed'
    RETURNING ${columns}`)
  if (!payment) return false
  const { id: paymentId, merchantId, network, asset, amountBase } = payment
  await recordEvent(tx, ctx, {
    type: 'payment.moved_late',
    merchantId,
    resourceId: payment.resourceId ?? undefined,
    paymentId,
    data: { txHash: booking.txHash, amountBase },
  })
  if (!isBooked(payment)) return true
  const debit = Account.receivable(merchantId)
  await postTransfers(tx, [
    {
      kind: 'direct',
      reason: 'settle',
      debit: Account.cash(payment.payTo),
      credit: debit,
      network,
      asset,
      amountBase,
      paymentId,
    },
  ])
  await owe(tx, ctx, payment, { reason, debit })
  return true
}
