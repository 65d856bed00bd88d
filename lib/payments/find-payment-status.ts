import { Chain, chains, servedNetworks } from '@/lib/chains'
import { db, sql, type Sql } from '@/lib/db'
import type { ReceiptHeaders, SettlementState, PaymentStatus } from './Payment'
import * as PaymentKey from './PaymentKey'
import type * as PaymentLookup from './PaymentLookup'

/** More than any one transaction carries. */
const foundMax = 500

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
  refundStatus: 'due' | 'sent' | 'paid' | null
  refundBase: bigint | null
  refundHash: string | null
}

/** What became of the payment, or of the payments, that a key stands for: as much as the key entitles to. Undefined when there is none. */
export async function findPaymentStatus(key: PaymentKey.PaymentKey): Promise<PaymentLookup.PaymentLookup | undefined> {
  const rows = await db.query<Row>(sql`
    SELECT p.id, p.status, p.settlement, p.network, p.asset, p.amount_base, p.log_index,
      coalesce(p.tx_hash, (SELECT hash FROM attempt a WHERE a.transaction_id = p.transaction_id ORDER BY seq DESC LIMIT 1))
        AS transaction,
      p.settled_at, p.wire, p.scheme, p.payer, p.pay_to, p.created_at,
      p.delivered_at, p.reason, p.receipt,
      (SELECT expires_at FROM payment_answer a WHERE a.payment_id = p.id AND a.expires_at > now()) AS answer_until,
      r.status AS refund_status, r.amount_base AS refund_base, r.tx_hash AS refund_hash,
      (SELECT json_build_object('merchant', m.slug, 'method', s.method, 'path', s.path, 'name', s.name)
        FROM resource s JOIN merchant m ON m.id = s.merchant_id WHERE s.id = p.resource_id) AS resource
    FROM payment p LEFT JOIN refund r ON r.payment_id = p.id
    WHERE p.id IN (${matching(key)})
    ORDER BY p.created_at, p.id
    LIMIT ${foundMax}`)
  const [first] = rows
  if (!first) return undefined
  if (key.kind === 'chain') return { kind: 'several', payments: rows.map(toPublic) }
  return { kind: 'one', payment: PaymentKey.isPrivate(key) ? toKnown(first) : toPublic(first) }
}

/** The ids of a merchant's own payments that a key stands for, oldest first. */
export async function findPaymentIds(merchantId: string, key: PaymentKey.PaymentKey): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql`
    SELECT p.id FROM payment p WHERE p.merchant_id = ${merchantId}::uuid AND p.id IN (${matching(key)})
    ORDER BY p.created_at, p.id LIMIT ${foundMax}`)
  return rows.map(({ id }) => id)
}

/** Ids, each by an index. */
function matching(key: PaymentKey.PaymentKey): Sql {
  switch (key.kind) {
    case 'id':
      return sql`SELECT ${key.id}::uuid`
    case 'claim':
      return sql`SELECT id FROM payment WHERE claim_key IN (${key.claimKey}, lower(${key.claimKey}))`
    case 'identifier':
      return sql`
        SELECT id FROM payment
        WHERE identifier = ${key.identifier} AND merchant_id = (SELECT id FROM merchant WHERE slug = ${key.merchantSlug})`
    case 'chain':
      return onChain(key)
  }
}

/**
 * Each way is a SELECT of its own: joined by OR, the planner reads the whole table for them. A nonce has no index; with its payer it
 * is part of one claim key for each token.
 */
function onChain({ text, payer }: Extract<PaymentKey.PaymentKey, { kind: 'chain' }>): Sql {
  // The index begins with the network.
  const networks = [...new Set([...chains.map(({ network }) => network), ...servedNetworks()])]
  const ofPayer = payer === undefined ? sql`true` : sql`payer = ${payer}`
  const carried = sql`
    SELECT id FROM payment WHERE network = ANY(${networks}::text[]) AND tx_hash = ${text} AND ${ofPayer}
    UNION
    SELECT id FROM payment WHERE transaction_id = (SELECT transaction_id FROM attempt WHERE hash = ${text}) AND ${ofPayer}`
  if (payer === undefined) return carried
  const claims = networks.flatMap((network) => [
    `raw|${network}|${text}`,
    ...(Chain.find(network)?.assets ?? []).map(({ address }) =>
      ['eip3009', network, address, payer, text].join('|').toLowerCase(),
    ),
  ])
  return sql`${carried} UNION SELECT id FROM payment WHERE claim_key = ANY(${claims}::text[]) AND ${ofPayer}`
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
    refund: row.refundStatus && {
      status: row.refundStatus,
      amountBase: (row.refundBase ?? 0n).toString(),
      transaction: row.refundHash,
    },
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
