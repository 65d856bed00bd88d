import type { Ctx } from '../ctx'
import { recordEvents } from '@/lib/audit'
import { json, sql, type Tx } from '@/lib/db'
import { postTransfers } from '@/lib/ledger'
import { columns } from './columns'
import { bookDelivered } from './book-delivered'
import { releaseExposure } from './exposure'
import * as Payments from './Payment'
import type { Payment } from './Payment'
import { settleEntries, settledEvent } from './settlement-records'
import { type SettlementBooking } from './SettlementBooking'

/**
 * Books that money moved: from receivable to cash, and the reservation is released. The same statement delivers a payment whose
 * answer is stored, because its agent can fetch the answer from now on; the storage time starts here, however long the
 * settlement took.
 */
export async function bookSettled(tx: Tx, ctx: Ctx, bookings: readonly SettlementBooking[]): Promise<void> {
  if (bookings.length === 0) return
  // A facilitated payment buys nothing here: it is delivered when it is settled.
  const isOwed = sql`a.payment_id IS NULL AND payment.origin = 'gateway'`
  const ids = bookings.map(({ paymentId }) => paymentId)
  const settled = await tx.query<Payment>(sql`
    WITH kept AS (
      UPDATE payment_answer a SET expires_at = now() + make_interval(secs => ${Payments.keptMs / 1000})
      FROM payment WHERE a.payment_id = ANY(${ids}::uuid[]) AND payment.id = a.payment_id AND payment.settlement = 'pending'
      RETURNING a.payment_id)
    UPDATE payment SET settlement = 'settled', settled_at = now(), tx_hash = p.tx_hash, log_index = p.log_index,
      block_number = p.block_number, receipt = p.receipt,
      status = CASE WHEN ${isOwed} THEN payment.status ELSE 'delivered' END,
      delivered_at = CASE WHEN ${isOwed} THEN NULL ELSE now() END,
      owner_id = CASE WHEN ${isOwed} THEN payment.owner_id ELSE NULL END
    FROM unnest(
      ${ids}::uuid[], ${bookings.map(({ txHash }) => txHash)}::text[],
      ${bookings.map(({ logIndex }) => logIndex)}::int[], ${bookings.map(({ blockNumber }) => blockNumber)}::bigint[],
      ${bookings.map(({ receipt }) => json(receipt))}::jsonb[]
    ) AS p(id, tx_hash, log_index, block_number, receipt)
    LEFT JOIN kept a ON a.payment_id = p.id
    WHERE payment.id = p.id AND payment.settlement = 'pending'
    RETURNING ${columns}`)
  await postTransfers(tx, settleEntries(settled))
  await releaseExposure(tx, settled)
  await recordEvents(tx, ctx, settled.map(settledEvent))
  const delivered = settled.filter((payment) => payment.status === 'delivered')
  if (delivered.length > 0) await bookDelivered(tx, ctx, delivered)
}
