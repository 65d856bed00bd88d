import type { Ctx } from '../ctx'
import { recordEvents } from '@/lib/audit'
import { json, sql, type Tx } from '@/lib/db'
import { postTransfers } from '@/lib/ledger'
import { columns } from './columns'
import { isBooked, type Payment } from './Payment'
import type { SettlementBooking } from './SettlementBooking'
import { settleOrReverse, subjectOf } from './reversal-records'

/**
 * Books that payments that `takeBackSettled` took back moved after all. Their status (earned, refunded, facilitated) stays;
 * only the money is booked. Payments that still need an answer are booked by `bookSettled`.
 */
export async function bookSettledAgain(tx: Tx, ctx: Ctx, bookings: readonly SettlementBooking[]): Promise<void> {
  if (bookings.length === 0) return
  const settled = await tx.query<Payment>(sql`
    UPDATE payment SET settlement = 'settled', settled_at = now(), tx_hash = p.tx_hash, log_index = p.log_index,
      block_number = p.block_number, receipt = p.receipt
    FROM unnest(
      ${bookings.map(({ paymentId }) => paymentId)}::uuid[], ${bookings.map(({ txHash }) => txHash)}::text[],
      ${bookings.map(({ logIndex }) => logIndex)}::int[], ${bookings.map(({ blockNumber }) => blockNumber)}::bigint[],
      ${bookings.map(({ receipt }) => json(receipt))}::jsonb[]
    ) AS p(id, tx_hash, log_index, block_number, receipt)
    WHERE payment.id = p.id AND payment.settlement = 'pending' AND payment.status <> 'authorized'
    RETURNING ${columns}`)
  await postTransfers(tx, settled.filter(isBooked).map(settleOrReverse('settle')))
  await recordEvents(
    tx,
    ctx,
    settled.map((payment) => ({ type: 'payment.settled', ...subjectOf(payment), data: { txHash: payment.txHash } })),
  )
}
