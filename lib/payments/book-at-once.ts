import { json, sql, type WritePart } from '@/lib/db'
import type { AuditEvent } from '@/lib/audit'
import { insertAccess } from './access-grants'
import { insertResolution, insertTransfers } from '@/lib/ledger'
import { deliveredEvent } from './write-delivery'
import { isKept } from './Delivery'
import { updateReleased } from './exposure'
import * as Payments from './Payment'
import type { Payment } from './Payment'
import { settledEvent, settleEntries } from './settlement-records'
import { type TransferProof } from './SettlementBooking'
import { type SettlingPayment } from './SettlingPayment'

/** A payment of a batch that this process began, with the transfer that the transaction's receipt shows. */
export type LandedPayment = { item: SettlingPayment; proof: TransferProof; receipt: Payments.ReceiptHeaders }

/** A part of a larger statement, with its events and the ids of the payments that it delivers. */
export type BookedPart = { part: WritePart; events: AuditEvent.AuditEvent[]; delivered: ReadonlySet<string> }

/**
 * Books that all payments of a batch moved, as `bookSettled` does, as one part of a larger statement. It holds while exactly
 * these payments are open and pending in the batch, and their answers are stored. Nothing has changed since they were begun, so
 * nothing is read back.
 */
export function bookAtOnce(batchId: string, transactionId: string, landed: readonly LandedPayment[]): BookedPart {
  const payments = landed.map(({ item, proof, receipt }): Payment => ({
    ...item.payment,
    ...{ settlement: 'settled', txHash: proof.txHash, transactionId, receipt },
  }))
  const ids = payments.map(({ id }) => id)
  const kept = landed.filter(({ item }) => isKept(item.delivery?.answer)).map(({ item }) => item.payment.id)
  // A facilitated payment buys nothing here: it is delivered when it is settled.
  const isDelivered = (payment: Payment) => !Payments.isBooked(payment) || kept.includes(payment.id)
  const delivered = payments.filter(isDelivered)
  const deliveredIds = delivered.map(({ id }) => id)
  const part: WritePart = {
    locks: sql`
      waiting AS (
        SELECT id, status FROM payment WHERE batch_id = ${batchId}::uuid AND settlement = 'pending' ORDER BY id FOR UPDATE)`,
    holds: sql`
      (SELECT count(*) = ${ids.length}::int AND coalesce(bool_and(status = 'authorized' AND id = ANY(${ids}::uuid[])), false) FROM waiting)
      AND (SELECT count(*) FROM payment_answer WHERE payment_id = ANY(${kept}::uuid[])) = ${kept.length}::int`,
    writes: (when) => sql`
      prolonged AS (
        UPDATE payment_answer SET expires_at = now() + make_interval(secs => ${Payments.keptMs / 1000})
        WHERE payment_id = ANY(${kept}::uuid[]) AND ${when}),
      settled AS (
        UPDATE payment SET settlement = 'settled', settled_at = now(), tx_hash = p.tx_hash, log_index = p.log_index,
          block_number = p.block_number, receipt = p.receipt,
          status = CASE WHEN p.is_delivered THEN 'delivered' ELSE payment.status END,
          delivered_at = CASE WHEN p.is_delivered THEN now() END,
          owner_id = CASE WHEN p.is_delivered THEN NULL ELSE payment.owner_id END
        FROM unnest(
          ${ids}::uuid[], ${landed.map(({ proof }) => proof.txHash)}::text[],
          ${landed.map(({ proof }) => proof.logIndex)}::int[], ${landed.map(({ proof }) => proof.blockNumber)}::bigint[],
          ${landed.map(({ receipt }) => json(receipt))}::jsonb[], ${payments.map(isDelivered)}::boolean[]
        ) AS p(id, tx_hash, log_index, block_number, receipt, is_delivered)
        WHERE payment.id = p.id AND payment.settlement = 'pending' AND ${when}),
      cashed AS (${insertTransfers(settleEntries(payments), when)}),
      earned AS (${insertResolution('post', deliveredIds, when)}),
      released AS (${updateReleased(payments, when)}),
      granted AS (${insertAccess(deliveredIds, when)})`,
  }
  return {
    part,
    events: [...payments.map(settledEvent), ...delivered.map(deliveredEvent)],
    delivered: new Set(deliveredIds),
  }
}
