import type { Reader } from '../ctx'
import { labelNetwork, labelToken, type NetworkLabel, type TokenLabel } from '@/lib/chains'
import { db, sql } from '@/lib/db'

/**
 * A payment that a remote facilitator has and whose outcome the chain has not shown. Times ISO 8601, amounts as
 * strings.
 */
export type UnknownSettlement = {
  paymentId: string
  facilitator: string
  /** sent | claimed | silent | refused */
  status: string
  reason: string | null
  claimedHash: string | null
  network: NetworkLabel
  token: TokenLabel
  amountBase: string
  payer: string
  looks: number
  sentAt: string
  /** When the chain is looked at next. */
  dueAt: string | null
}

const listedMax = 100

/** Payments with remote facilitators whose outcome is unknown, oldest first. Reads only. */
export async function listUnknowns(reader: Reader): Promise<{ rows: UnknownSettlement[]; total: number }> {
  type Row = Omit<UnknownSettlement, 'network' | 'token' | 'sentAt' | 'dueAt'> & {
    network: string
    asset: string
    sentAt: Date
    dueAt: Date | null
    total: bigint
  }
  const rows = await db.query<Row>(sql`
    SELECT c.payment_id, u.name AS facilitator, c.status, c.reason, c.claimed_hash, p.network,
      p.asset, p.amount_base::text AS amount_base, p.payer, c.looks, c.created_at AS sent_at, c.due_at,
      count(*) OVER () AS total
    FROM facilitator_call c JOIN payment p ON p.id = c.payment_id JOIN facilitator_upstream u ON u.id = c.upstream_id
    WHERE c.ended_at IS NULL AND c.status <> 'unsent' AND (${reader.operator} OR p.merchant_id = ${reader.merchantId}::uuid)
    ORDER BY c.created_at LIMIT ${listedMax}`)
  const [first] = rows
  return {
    rows: rows.map((row) => ({
      paymentId: row.paymentId,
      facilitator: row.facilitator,
      status: row.status,
      reason: row.reason,
      claimedHash: row.claimedHash,
      network: labelNetwork(row.network),
      token: labelToken(row.network, row.asset),
      amountBase: row.amountBase,
      payer: row.payer,
      looks: row.looks,
      sentAt: row.sentAt.toISOString(),
      dueAt: row.dueAt?.toISOString() ?? null,
    })),
    total: Number(first?.total ?? 0n),
  }
}
