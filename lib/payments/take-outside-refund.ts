import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { Account, postTransfers } from '@/lib/ledger'
import { closeRefunded } from './close-refunded'
import type { Payment } from './Payment'

/** A refund that the merchant made at the other party, without Sluice. `amountBase` in the unit of the rail. */
export type OutsideRefund = { externalId: string; amountBase: bigint; reason: string }

type Due = { id: string; amountBase: bigint }

/**
 * Books a refund that the merchant made at the party that holds its money: a row that is paid, owed and paid in the ledger at once.
 * If the same amount was due already, that refund is the one that was paid. The caller has locked the payment. May be called
 * any number of times: the other party's id is the key.
 * @throws Error if the payment has not ended, or a refund of another amount is on its way: call it again later.
 */
export async function takeOutsideRefund(
  tx: Tx,
  ctx: Ctx,
  payment: Payment,
  { externalId, amountBase, reason }: OutsideRefund,
): Promise<void> {
  const { id: paymentId, merchantId, resourceId, network, asset, payTo, payer } = payment
  const requestKey = keyOf(externalId)
  const known = await tx.query(sql`
    SELECT FROM refund WHERE payment_id = ${paymentId}::uuid AND (request_key = ${requestKey} OR tx_hash = ${externalId})`)
  if (known.length > 0) return
  if (payment.settlement !== 'settled' || payment.status === 'authorized')
    throw new Error('The payment of this refund has not ended yet.')
  const about = { merchantId, resourceId: resourceId ?? undefined, paymentId }
  const adopted = await adopt(tx, paymentId, amountBase, externalId)
  const refundId = adopted ?? ctx.id()
  if (adopted === undefined) {
    const leftBase = (await leftOf(tx, paymentId)) - amountBase
    if (leftBase < 0n) throw new Error('Another refund of this payment is on its way.')
    await tx.execute(sql`
      INSERT INTO refund (id, payment_id, kind, source, network, asset, "to", amount_base, status, reason, requested_by, request_key,
        tx_hash, log_index, paid_at)
      VALUES (${refundId}::uuid, ${paymentId}::uuid, 'member', 'signer', ${network}, ${asset}, ${payer}, ${amountBase}, 'paid',
        ${reason}, 'stripe dashboard', ${requestKey}, ${externalId}, 0, now())`)
    if (leftBase === 0n)
      await tx.execute(
        sql`UPDATE payment SET status = 'refund_due' WHERE id = ${paymentId}::uuid AND status = 'delivered'`,
      )
    const [debit, credit] = [Account.revenue(merchantId), Account.refundPayable(merchantId)]
    await postTransfers(tx, [
      { kind: 'direct', reason: 'refund_owed', debit, credit, network, asset, amountBase, paymentId },
    ])
    const data = { refundId, amountBase, leftBase, to: payer, isPayer: true, wallet: null }
    await recordEvent(tx, ctx, { type: 'payment.refund_requested', ...about, data, sensitive: { reason } })
  }
  await closeRefunded(tx, paymentId)
  const [debit, credit] = [Account.refundPayable(merchantId), Account.clearing(payTo)]
  await postTransfers(tx, [
    { kind: 'direct', reason: 'refund_paid', debit, credit, network, asset, amountBase, paymentId },
  ])
  const data = { refundId, txHash: externalId, amountBase }
  await recordEvent(tx, ctx, { type: 'payment.refunded', ...about, data })
}

const keyOf = (externalId: string) => `stripe|${externalId}`

/** Marks a due refund of this amount as paid by the other party's. @returns its id; undefined if there is none. */
async function adopt(tx: Tx, paymentId: string, amountBase: bigint, externalId: string): Promise<string | undefined> {
  const [due] = await tx.query<Due>(sql`
    UPDATE refund SET status = 'paid', paid_at = now(), tx_hash = ${externalId}, log_index = 0, held_reason = NULL
    WHERE id = (
      SELECT id FROM refund WHERE payment_id = ${paymentId}::uuid AND status = 'due' AND source = 'signer'
        AND amount_base = ${amountBase} ORDER BY created_at LIMIT 1 FOR UPDATE)
    RETURNING id, amount_base`)
  return due?.id
}

async function leftOf(tx: Tx, paymentId: string): Promise<bigint> {
  const [row] = await tx.query<{ leftBase: bigint }>(
    sql`SELECT amount_base - refunded_base AS left_base FROM payment WHERE id = ${paymentId}::uuid`,
  )
  return row?.leftBase ?? 0n
}
