import { randomBytes, randomUUID } from 'node:crypto'
import { db, sql } from '@/lib/db'
import { hex } from './channel-rows-fixture'

export type Owed = {
  network: string
  asset: string
  amountBase: bigint
  /** Canonical address; by default a new one. */
  to?: string
  /** Number of failed tries. */
  attempts?: number
  count?: number
}

/** Payments that are owed back, as `refundPayment` leaves them but for their ledger; oldest first. Returns the ids of the refunds. */
export async function insertRefunds(
  { merchantId, resourceId }: { merchantId: string; resourceId: string },
  { network, asset, amountBase, to, attempts = 0, count = 1 }: Owed,
): Promise<string[]> {
  const rows = Array.from({ length: count }, () => ({ id: randomUUID(), paymentId: randomUUID(), to: to ?? hex(20) }))
  const paymentIds = rows.map(({ paymentId }) => paymentId)
  await db.execute(sql`
    INSERT INTO payment (id, merchant_id, resource_id, protocol, scheme, wire, network, asset, payer, pay_to, amount_base, claim_key,
      fingerprint, request, quote_id, quoted_at, settle_when, challenge, credential, instrument, status, settlement, settled_at)
    SELECT id, ${merchantId}, ${resourceId}, 'x402', 'exact', 'x402 v2', ${network}, ${asset}, payer, ${hex(20)}, ${amountBase}, id::text,
      ${randomBytes(32)}, '{}', 'q', now(), 'before', '{}', '{}', '{}', 'refund_due', 'settled', now()
    FROM unnest(${paymentIds}::uuid[], ${rows.map((row) => row.to)}::text[]) AS p(id, payer)`)
  await db.execute(sql`
    INSERT INTO refund (id, payment_id, network, asset, "to", amount_base, reason, attempts)
    SELECT id, payment_id, ${network}, ${asset}, payer, ${amountBase}, 'No answer could be given.', ${attempts}
    FROM unnest(${rows.map(({ id }) => id)}::uuid[], ${paymentIds}::uuid[], ${rows.map((row) => row.to)}::text[]) AS r(id, payment_id, payer)`)
  return rows.map(({ id }) => id)
}

export type RefundState = {
  status: string
  transactionId: string | null
  attempts: number
  heldReason: string | null
  waitsMs: number
}

export async function lookAtRefund(id: string): Promise<RefundState> {
  const [row] = await db.query<RefundState>(sql`
    SELECT status::text, transaction_id AS "transactionId", attempts, held_reason AS "heldReason",
      (extract(epoch FROM due_at - now()) * 1000)::float8 AS "waitsMs"
    FROM refund WHERE id = ${id}::uuid`)
  if (!row) throw new Error('there is no such refund')
  return row
}
