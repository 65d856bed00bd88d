import { createHash } from 'node:crypto'
import { getInclusionProof, listEventsOf, type EventRow } from '@/lib/audit'
import { labelToken } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { Amount } from '@/lib/money'
import type { Evidence } from '@/lib/rails'

type Row = Omit<
  Evidence.EvidenceFacts,
  | 'amount'
  | 'acceptedAt'
  | 'upstreamStartedAt'
  | 'upstreamEndedAt'
  | 'deliveredAt'
  | 'credentialHash'
  | 'events'
  | 'proof'
> & {
  merchantId: string
  amountBase: bigint
  network: string
  asset: string
  createdAt: Date
  startedAt: Date | null
  endedAt: Date | null
  servedAt: Date | null
}

/** What is stored about a payment, for the evidence of a dispute; undefined for an unknown payment. */
export async function findEvidenceFacts(paymentId: string): Promise<Evidence.EvidenceFacts | undefined> {
  const [row] = await db.query<Row>(sql`
    SELECT p.id AS payment_id, p.merchant_id, p.tx_hash AS intent_id, coalesce(r.name, p.request ->> 'path') AS resource,
      m.name AS merchant, p.amount_base, p.network, p.asset, p.wire, p.payer, p.request, p.challenge, p.credential, p.receipt, p.created_at,
      p.upstream_status, p.upstream_started_at AS started_at, p.upstream_ended_at AS ended_at, p.delivered_at AS served_at,
      encode(sha256(a.body), 'hex') AS answer_digest
    FROM payment p JOIN merchant m ON m.id = p.merchant_id LEFT JOIN resource r ON r.id = p.resource_id
      LEFT JOIN payment_answer a ON a.payment_id = p.id
    WHERE p.id = ${paymentId}::uuid`)
  if (!row) return undefined
  const { merchantId, amountBase, network, asset, createdAt, startedAt, endedAt, servedAt, ...rest } = row
  const token = labelToken(network, asset)
  const events = await listEventsOf({ operator: false, merchantId }, { paymentId })
  return {
    ...rest,
    amount: `${Amount.toDecimal(amountBase, token.decimals)} ${token.symbol}`,
    acceptedAt: createdAt.toISOString(),
    upstreamStartedAt: startedAt?.toISOString() ?? null,
    upstreamEndedAt: endedAt?.toISOString() ?? null,
    deliveredAt: servedAt?.toISOString() ?? null,
    credentialHash: createHash('sha256').update(JSON.stringify(row.credential)).digest('hex'),
    events: events.map(({ at, type, index }) => ({ at, type, index })),
    proof: await proofOf(events),
  }
}

/** Of the delivery if it is in the log, else of the newest event that is. */
async function proofOf(events: readonly EventRow[]): Promise<string | null> {
  const sealed = events.filter(({ index }) => index !== null)
  const event = sealed.find(({ type }) => type === 'payment.delivered') ?? sealed.at(-1)
  if (!event) return null
  try {
    return JSON.stringify({ event: event.type, ...(await getInclusionProof({ seq: BigInt(event.seq) })) })
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}
