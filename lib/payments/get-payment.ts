import type { Reader } from '../ctx'
import { labelNetwork, labelToken } from '@/lib/chains'
import { prisma, type Prisma } from '@/lib/db'
import { env } from '../env'
import { mine, rowSelect, toRow } from './list-payments'
import type { ClaimedRequest } from './Payment'
import * as PaymentView from './PaymentView'

type RefundRecord = Prisma.RefundGetPayload<object>

/** A payment with everything a person may see of it, or undefined when it is not there or not the reader's. */
export async function getPayment(reader: Reader, id: string): Promise<PaymentView.PaymentDetail | undefined> {
  const row = await prisma().payment.findFirst({
    where: { id, ...mine(reader) },
    select: {
      ...rowSelect,
      protocol: true,
      scheme: true,
      when: true,
      claimKey: true,
      challengeKey: true,
      quoteId: true,
      quotedAt: true,
      request: true,
      authorizedBase: true,
      challenge: true,
      credential: true,
      receipt: true,
      reason: true,
      upstreamStatus: true,
      upstreamStartedAt: true,
      upstreamEndedAt: true,
      settledAt: true,
      deliveredAt: true,
      batchId: true,
      settleVia: true,
      transactionId: true,
      deploymentId: true,
      logIndex: true,
      refund: true,
    },
  })
  if (!row) return undefined
  const asked = row.request as ClaimedRequest
  return {
    ...toRow(row),
    protocol: row.protocol,
    scheme: row.scheme,
    authorizedBase: row.authorizedBase?.toFixed(0) ?? null,
    when: row.when,
    claimKey: row.claimKey,
    challengeKey: row.challengeKey,
    quoteId: row.quoteId,
    quotedAt: row.quotedAt.toISOString(),
    request: asked,
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
    refund: row.refund && toRefundRow(row.refund),
    curl: PaymentView.curl(asked, env.PUBLIC_URL),
  }
}

/** The facilitator that has it; null for this server. */
async function nameOf(settleVia: string): Promise<string | null> {
  if (settleVia === 'local') return null
  const upstream = await prisma().facilitatorUpstream.findUnique({ where: { id: settleVia }, select: { name: true } })
  return upstream?.name ?? settleVia
}

export function toRefundRow(row: RefundRecord): PaymentView.RefundRow {
  return {
    id: row.id,
    paymentId: row.paymentId,
    createdAt: row.createdAt.toISOString(),
    paidAt: row.paidAt?.toISOString() ?? null,
    status: row.status,
    reason: row.reason,
    heldReason: row.heldReason,
    network: labelNetwork(row.network),
    token: labelToken(row.network, row.asset),
    amountBase: row.amountBase.toFixed(0),
    to: row.to,
    txHash: row.txHash,
    transactionId: row.transactionId,
  }
}

/** Stored as { name: value } or as [[name, value], …]. */
function receiptHeaders(receipt: Prisma.JsonValue): PaymentView.PaymentDetail['receipt'] {
  if (typeof receipt !== 'object' || receipt === null) return []
  const pairs = Array.isArray(receipt) ? (receipt as [string, string][]) : Object.entries(receipt)
  return pairs.map(([name, value]) => ({
    name,
    value: String(value),
    decoded: PaymentView.shorten(PaymentView.decodeHeader(String(value))),
  }))
}
