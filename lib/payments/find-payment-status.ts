import { db, sql } from '@/lib/db'
import type { ReceiptHeaders, SettlementState, PaymentStatus } from './Payment'
import * as PaymentKey from './PaymentKey'
import type * as PaymentLookup from './PaymentLookup'
import { selectIdsByKey, foundMax } from './payment-key-statement'

type Row = {
  id: string
  status: PaymentStatus
  settlement: SettlementState
  network: string
  asset: string
  amountBase: bigint
  transaction: string | null
  logIndex: number | null
  settledAt: Date | null
  wire: string
  scheme: string
  payer: string
  payTo: string
  createdAt: Date
  deliveredAt: Date | null
  answerUntil: Date | null
  reason: string | null
  resource: PaymentLookup.FullPaymentStatus['resource']
  receipt: ReceiptHeaders | null
  refundedBase: bigint
  refunds: PaymentLookup.PublicRefund[]
}

/**
 * The status of the payments that a key matches, with the details that the key gives access to; undefined if there are none.
 */
export async function findPaymentStatus(key: PaymentKey.PaymentKey): Promise<PaymentLookup.PaymentLookup | undefined> {
  const rows = await db.query<Row>(sql`
    SELECT p.id, p.status, p.settlement, p.network, p.asset, p.amount_base, p.log_index,
      coalesce(p.tx_hash, (SELECT hash FROM attempt a WHERE a.transaction_id = p.transaction_id ORDER BY seq DESC LIMIT 1))
        AS transaction,
      p.settled_at, p.wire, p.scheme, p.payer, p.pay_to, p.created_at,
      p.delivered_at, p.reason, p.receipt,
      (SELECT expires_at FROM payment_answer a WHERE a.payment_id = p.id AND a.expires_at > now()) AS answer_until,
      p.refunded_base,
      (SELECT coalesce(json_agg(json_build_object('status', r.status, 'amountBase', r.amount_base::text, 'transaction', r.tx_hash)
        ORDER BY r.created_at, r.id), '[]') FROM refund r WHERE r.payment_id = p.id AND r.status <> 'cancelled') AS refunds,
      (SELECT json_build_object('merchant', m.slug, 'method', s.method, 'path', s.path, 'name', s.name)
        FROM resource s JOIN merchant m ON m.id = s.merchant_id WHERE s.id = p.resource_id) AS resource
    FROM payment p
    WHERE p.id IN (${selectIdsByKey(key)})
    ORDER BY p.created_at, p.id
    LIMIT ${foundMax}`)
  const [first] = rows
  if (!first) return undefined
  if (key.kind === 'chain') return { kind: 'several', payments: rows.map(toPublic) }
  return { kind: 'one', payment: PaymentKey.isPrivate(key) ? toKnown(first) : toPublic(first) }
}

function toPublic(row: Row): PaymentLookup.PublicPaymentStatus {
  return {
    status: row.status,
    settlement: row.settlement,
    network: row.network,
    asset: row.asset,
    amountBase: row.amountBase.toString(),
    transaction: row.transaction,
    logIndex: row.logIndex,
    settledAt: row.settledAt?.toISOString() ?? null,
    refundedBase: row.refundedBase.toString(),
    refunds: row.refunds,
    refund: row.refunds.at(-1) ?? null,
  }
}

function toKnown(row: Row): PaymentLookup.FullPaymentStatus {
  return {
    ...toPublic(row),
    id: row.id,
    wire: row.wire,
    scheme: row.scheme,
    payer: row.payer,
    payTo: row.payTo,
    createdAt: row.createdAt.toISOString(),
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
    answerUntil: row.answerUntil?.toISOString() ?? null,
    reason: row.reason,
    resource: row.resource,
    receipt: row.receipt ?? [],
  }
}
