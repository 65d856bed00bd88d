import { env } from '../env'
import { db, sql, type Sql } from '@/lib/db'
import { Transaction, type Simulation } from '@/lib/execution'
import type { ExecutionPolicy } from '@/lib/policies'
import { outcomeOf, type ExecutionAttempt, type ExecutionIntent, type ExecutionView } from './ExecutionView'

/** The columns of a transaction `t` that `toView` reads. */
export const rowColumns: Sql = sql`
  t.id, t.created_at, t.intent_id, t.position, t.status, t.network, t.signer, t."to", t.data, t.value, t.nonce, t.urgency, t.submission,
  t.deadline_at, t.max_fee_wei, t.hash, t.block_number, t.block_hash, t.gas_used, t.gas_price, t.l1_fee_wei, t.held_reason, t.error,
  t.cancel_asked_at, t.cancel_reason, t.submitted_at, t.included_at, t.safe_at, t.final_at, t.simulation, t.accepted, t.drift`

export type ExecutionRow = {
  id: string
  createdAt: Date
  intentId: string | null
  position: number
  status: Transaction.TransactionStatus
  network: string
  signer: string
  to: string | null
  data: Buffer | null
  value: bigint
  nonce: bigint | null
  urgency: string
  submission: string
  deadlineAt: Date | null
  maxFeeWei: bigint | null
  hash: string | null
  blockNumber: bigint | null
  blockHash: string | null
  gasUsed: bigint | null
  gasPrice: bigint | null
  l1FeeWei: bigint | null
  heldReason: string | null
  error: string | null
  cancelAskedAt: Date | null
  cancelReason: string | null
  submittedAt: Date | null
  includedAt: Date | null
  safeAt: Date | null
  finalAt: Date | null
  simulation: Simulation.Simulation | null
  accepted: Simulation.Simulation | null
  drift: unknown
}

type AttemptRow = Omit<ExecutionAttempt, 'signedAt' | 'firstBroadcastAt' | 'lastBroadcastAt'> & {
  transactionId: string
  signedAt: Date
  firstBroadcastAt: Date | null
  lastBroadcastAt: Date | null
}

type IntentRow = Omit<ExecutionIntent, 'asker' | 'policy' | 'position' | 'createdAt' | 'finality'> & {
  finality: ExecutionPolicy.PolicyFinality
  apiKeyId: string | null
  agent: string | null
  member: string | null
  policyId: string | null
  policyVersion: number | null
  createdAt: Date
}

/** The views of these rows, in their order. Reads the attempts and the intents of all rows by two statements. */
export async function toViews(rows: readonly ExecutionRow[]): Promise<ExecutionView[]> {
  const [attempts, intents] = await Promise.all([
    db.query<AttemptRow>(sql`
      SELECT transaction_id, seq, hash, kind, max_fee_per_gas::text, tip_per_gas::text, gas::text, legacy, private, signed_at,
        first_broadcast_at, last_broadcast_at, broadcasts, answer
      FROM attempt a WHERE transaction_id = ANY(${rows.map(({ id }) => id)}::uuid[]) ORDER BY a.seq`),
    db.query<IntentRow>(sql`
      SELECT i.id, i.idempotency_key, i.finality, i.callback_url, i.api_key_id, i.agent, i.member, i.policy_id, i.policy_version, i.decision,
        i.payment_id, i.channel_id, i.created_at,
        (SELECT jsonb_agg(jsonb_build_object('id', t.id, 'position', t.position, 'status', t.status) ORDER BY t.position)
          FROM transaction t WHERE t.intent_id = i.id) AS transactions
      FROM intent i WHERE i.id = ANY(${rows.flatMap(({ intentId }) => intentId ?? [])}::uuid[])`),
  ])
  const byId = new Map(intents.map((intent) => [intent.id, intent]))
  return rows.map((row) => {
    const own = attempts.filter(({ transactionId }) => transactionId === row.id)
    return toView(row, own, byId.get(row.intentId ?? ''))
  })
}

function toView(row: ExecutionRow, attempts: readonly AttemptRow[], intent: IntentRow | undefined): ExecutionView {
  const { status, error, hash } = row
  const cancelled = attempts.some((attempt) => attempt.kind === 'cancel' && attempt.hash === hash)
  const finality = intent?.finality ?? 'included'
  const outcome = outcomeOf({ status, error, cancelled }, finality)
  const { gasUsed, gasPrice, l1FeeWei } = row
  const fee = gasUsed !== null && gasPrice !== null ? (gasUsed * gasPrice + (l1FeeWei ?? 0n)).toString() : null
  return {
    id: row.id,
    status,
    outcome,
    ended: Transaction.isFinal(status),
    network: row.network,
    from: row.signer,
    to: row.to,
    data: `0x${row.data?.toString('hex') ?? ''}`,
    value: row.value.toString(),
    nonce: row.nonce?.toString() ?? null,
    urgency: row.urgency,
    submission: row.submission,
    deadline: time(row.deadlineAt),
    maxFee: row.maxFeeWei?.toString() ?? null,
    hash,
    block:
      row.blockNumber !== null && row.blockHash ? { number: row.blockNumber.toString(), hash: row.blockHash } : null,
    gasUsed: gasUsed?.toString() ?? null,
    gasPrice: gasPrice?.toString() ?? null,
    l1Fee: l1FeeWei?.toString() ?? null,
    fee,
    heldReason: row.heldReason,
    error,
    cancel: row.cancelAskedAt ? { askedAt: row.cancelAskedAt.toISOString(), reason: row.cancelReason } : null,
    createdAt: row.createdAt.toISOString(),
    submittedAt: time(row.submittedAt),
    includedAt: time(row.includedAt),
    safeAt: time(row.safeAt),
    finalAt: time(row.finalAt),
    simulation: row.simulation,
    accepted: row.accepted,
    drift: row.drift,
    attempts: attempts.map(({ transactionId: _id, ...attempt }) => ({
      ...attempt,
      signedAt: attempt.signedAt.toISOString(),
      firstBroadcastAt: time(attempt.firstBroadcastAt),
      lastBroadcastAt: time(attempt.lastBroadcastAt),
    })),
    intent: intent ? toIntent(intent, row.position) : null,
    links: linksOf(row.id),
  }
}

function toIntent(intent: IntentRow, position: number): ExecutionIntent {
  const { policyId, policyVersion } = intent
  return {
    id: intent.id,
    idempotencyKey: intent.idempotencyKey,
    position,
    transactions: intent.transactions,
    finality: intent.finality,
    callbackUrl: intent.callbackUrl,
    asker: askerOf(intent),
    policy: policyId !== null && policyVersion !== null ? { id: policyId, version: policyVersion } : null,
    decision: intent.decision,
    paymentId: intent.paymentId,
    channelId: intent.channelId,
    createdAt: intent.createdAt.toISOString(),
  }
}

function askerOf({ apiKeyId, agent, member }: IntentRow): ExecutionIntent['asker'] {
  if (apiKeyId !== null) return { kind: 'key', id: apiKeyId }
  if (agent !== null) return { kind: 'agent', id: agent }
  return member === null ? null : { kind: 'member', id: member }
}

function linksOf(id: string): ExecutionView['links'] {
  const self = `${env.PUBLIC_URL}/api/v1/transactions/${id}`
  return {
    self,
    events: `${self}/events`,
    cancel: `${self}/cancel`,
    speedUp: `${self}/speed-up`,
    receipt: `${self}/receipt`,
  }
}

function time(at: Date | null): string | null {
  return at?.toISOString() ?? null
}
