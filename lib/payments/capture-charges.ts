import type { Ctx } from '../ctx'
import { recordEvents } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { Account, postTransfers, resolvePending } from '@/lib/ledger'
import { columns } from './columns'
import { releaseExposure } from './exposure'
import { isBooked, type Payment } from './Payment'
import type { SettlingPayment } from './SettlingPayment'

/**
 * `upto`: lowers locked payments from the signed maximum to the price of their answers: the row, the pending ledger entry and
 * the reservation, in the caller's transaction. Once per payment: the second time changes nothing.
 * @returns the same items with the lowered payments.
 * @throws TypeError if a charge exceeds what was signed for.
 */
export async function captureCharges(tx: Tx, ctx: Ctx, items: readonly SettlingPayment[]): Promise<SettlingPayment[]> {
  const lowered = items.flatMap(({ payment, chargeBase = payment.amountBase }) =>
    chargeBase === payment.amountBase ? [] : [{ payment, chargeBase }],
  )
  if (lowered.length === 0) return [...items]
  if (lowered.some(({ payment, chargeBase }) => payment.scheme !== 'upto' || chargeBase > payment.amountBase))
    throw new TypeError('a payment can be lowered under upto only, and never raised')
  const captured = await tx.query<Payment>(sql`
    UPDATE payment SET amount_base = c.amount
    FROM unnest(
      ${lowered.map(({ payment }) => payment.id)}::uuid[], ${lowered.map(({ chargeBase }) => chargeBase)}::numeric[]
    ) AS c(id, amount)
    WHERE payment.id = c.id AND payment.scheme = 'upto' AND payment.settlement = 'none' AND c.amount < payment.amount_base
    RETURNING ${columns}`)
  if (captured.length < lowered.length) throw new Error('another process captured a payment')
  await rebook(tx, captured.filter(isBooked))
  await releaseExposure(
    tx,
    lowered.map(({ payment, chargeBase }) => ({ ...payment, amountBase: payment.amountBase - chargeBase })),
  )
  await recordEvents(
    tx,
    ctx,
    captured.map((payment) => ({
      type: 'payment.captured',
      merchantId: payment.merchantId,
      resourceId: payment.resourceId ?? undefined,
      paymentId: payment.id,
      data: { authorizedBase: payment.authorizedBase, chargedBase: payment.amountBase },
    })),
  )
  const byId = new Map(captured.map((payment) => [payment.id, payment]))
  return items.map((item) => ({ ...item, payment: byId.get(item.payment.id) ?? item.payment }))
}

/** A pending entry is never changed: it is voided, and a new one is posted for the rest. */
async function rebook(tx: Tx, payments: readonly Payment[]): Promise<void> {
  await resolvePending(
    tx,
    'void',
    payments.map((payment) => payment.id),
  )
  await postTransfers(
    tx,
    payments
      .filter(({ amountBase }) => amountBase > 0n)
      .map((payment) => ({
        kind: 'pending',
        reason: 'authorize',
        debit: Account.receivable(payment.merchantId),
        credit: Account.revenue(payment.merchantId),
        network: payment.network,
        asset: payment.asset,
        amountBase: payment.amountBase,
        paymentId: payment.id,
      })),
  )
}
