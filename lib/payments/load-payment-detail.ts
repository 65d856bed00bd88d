import { env } from '../env'
import { db, sql, type Sql } from '@/lib/db'
import type { ClaimedRequest } from './Payment'
import { rowColumns, rowTables, toRow, type PaymentRow } from './payment-rows'
import { obstacleOf } from './RefundObstacle'
import * as PaymentView from './PaymentView'
import { refundColumns, toRefundRow, type RefundRecord } from './refund-rows'

type Row = PaymentRow & {
  protocol: string
  scheme: string
  when: 'before' | 'after'
  claimKey: string
  challengeKey: string | null
  quoteId: string
  quotedAt: Date
  request: ClaimedRequest
  authorizedBase: bigint | null
  challenge: unknown
  credential: unknown
  receipt: unknown
  reason: string | null
  upstreamStatus: number | null
  upstreamStartedAt: Date | null
  upstreamEndedAt: Date | null
  settledAt: Date | null
  deliveredAt: Date | null
  batchId: string | null
  settleVia: string
  transactionId: string | null
  deploymentId: string | null
  logIndex: number | null
  origin: 'gateway' | 'facilitator'
  merchantId: string
  disputed: boolean
}

/** A payment `t` with everything that a page may show; undefined if none meets the condition. */
export async function loadPaymentDetail(where: Sql): Promise<PaymentView.PaymentDetail | undefined> {
  const [[row], refunds] = await Promise.all([
    db.query<Row>(sql`
      SELECT ${rowColumns}, t.protocol, t.scheme, t.settle_when AS "when", t.claim_key, t.challenge_key, t.quote_id, t.quoted_at, t.request,
        t.authorized_base, t.challenge, t.credential, t.receipt, t.reason, t.upstream_status, t.upstream_started_at,
        t.upstream_ended_at, t.settled_at, t.delivered_at, t.batch_id, t.settle_via, t.transaction_id, t.deployment_id, t.log_index, t.origin, t.merchant_id, t.disputed
      FROM ${rowTables} WHERE ${where}`),
    db.query<RefundRecord>(
      sql`SELECT ${refundColumns} FROM refund t WHERE t.payment_id = (SELECT t.id FROM payment t WHERE ${where}) ORDER BY t.created_at, t.id`,
    ),
  ])
  if (!row) return undefined
  return {
    ...toRow(row),
    merchantId: row.merchantId,
    protocol: row.protocol,
    scheme: row.scheme,
    authorizedBase: row.authorizedBase?.toString() ?? null,
    when: row.when,
    claimKey: row.claimKey,
    challengeKey: row.challengeKey,
    quoteId: row.quoteId,
    quotedAt: row.quotedAt.toISOString(),
    request: row.request,
    challenge: PaymentView.shorten(row.challenge),
    credential: PaymentView.shorten(row.credential),
    receipt: receiptHeaders(row.receipt),
    reason: row.reason,
    upstreamStatus: row.upstreamStatus,
    upstreamStartedAt: row.upstreamStartedAt?.toISOString() ?? null,
    upstreamEndedAt: row.upstreamEndedAt?.toISOString() ?? null,
    settledAt: row.settledAt?.toISOString() ?? null,
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
    batchId: row.batchId,
    settledBy: await nameOf(row.settleVia),
    transactionId: row.transactionId,
    deploymentId: row.deploymentId,
    logIndex: row.logIndex,
    refunds: refunds.map(toRefundRow),
    refundObstacle: obstacleOf(row) ?? null,
    curl: PaymentView.curl(row.request, env.PUBLIC_URL),
  }
}

/** Name of the remote facilitator that settles it; null for this server. */
async function nameOf(settleVia: string): Promise<string | null> {
  if (settleVia === 'local') return null
  const [facilitator] = await db.query<{ name: string }>(
    sql`SELECT name FROM facilitator_upstream WHERE id = ${settleVia}::uuid`,
  )
  return facilitator?.name ?? settleVia
}

/** Stored as { name: value } or as [[name, value], …]. */
function receiptHeaders(receipt: unknown): PaymentView.PaymentDetail['receipt'] {
  if (typeof receipt !== 'object' || receipt === null) return []
  const pairs = Array.isArray(receipt) ? (receipt as [string, string][]) : Object.entries(receipt)
  return pairs.map(([name, value]) => ({
    name,
    value: String(value),
    decoded: PaymentView.shorten(PaymentView.decodeHeader(String(value))),
  }))
}
