import type { Reader } from '../../ctx'
import { labelNetwork, labelToken } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import * as OperatorAction from '../OperatorAction'
import type { SimulationDrift } from '../simulate/compare-inclusion'
import { rowColumns, toRow, visible, type TransactionSummary } from './list-transactions'
import { readForAction } from '../act/read-for-action'
import type * as Simulation from '../simulate/Simulation'
import type * as TransactionView from './TransactionView'

type Row = TransactionSummary & {
  merchantId: string | null
  intentId: string | null
  position: number
  to: string | null
  /** First four bytes of the call data. */
  selector: string | null
  dataBytes: number
  value: bigint
  gasLimit: bigint | null
  urgency: string
  submission: string
  deadlineAt: Date | null
  maxFeeWei: bigint | null
  retryOf: string | null
  cancelAskedAt: Date | null
  cancelReason: string | null
  simulation: Simulation.Simulation | null
  accepted: Simulation.Simulation | null
  drift: SimulationDrift | null
  blockHash: string | null
  logs: number | null
  dueAt: Date
  expiresAt: Date | null
  submittedAt: Date | null
  includedAt: Date | null
  safeAt: Date | null
  finalAt: Date | null
}

type AttemptRow = Omit<TransactionView.AttemptView, 'signedAt' | 'firstBroadcastAt' | 'lastBroadcastAt'> & {
  signedAt: Date
  firstBroadcastAt: Date | null
  lastBroadcastAt: Date | null
}

type IntentRow = Pick<
  TransactionView.IntentView,
  'id' | 'idempotencyKey' | 'paymentId' | 'channelId' | 'resourceId' | 'finality' | 'transactions'
> & {
  createdAt: Date
  apiKeyId: string | null
  agent: string | null
  member: string | null
  policyId: string | null
  policyVersion: number | null
  decision: unknown
}

/** A transaction with its attempts; undefined if it does not exist or is not the reader's. `id` is a UUID. */
export async function getTransaction(
  reader: Reader,
  id: string,
): Promise<TransactionView.TransactionDetail | undefined> {
  const [row] = await db.query<Row>(sql`
    SELECT ${rowColumns}, t.merchant_id, t.intent_id, t.position, t."to", '0x' || encode(substring(t.data, 1, 4), 'hex') AS selector,
      coalesce(octet_length(t.data), 0) AS data_bytes, t.value, t.gas_limit, t.urgency, t.submission, t.deadline_at, t.max_fee_wei, t.retry_of,
      t.cancel_asked_at, t.cancel_reason, t.simulation, t.accepted, t.drift, t.block_hash,
      CASE jsonb_typeof(t.logs) WHEN 'array' THEN jsonb_array_length(t.logs) END AS logs,
      t.due_at, t.expires_at, t.submitted_at, t.included_at, t.safe_at, t.final_at
    FROM transaction t WHERE t.id = ${id}::uuid AND ${visible(reader)}`)
  if (!row) return undefined
  const [attempts, intent, subject] = await Promise.all([findAttempts(id), findIntent(row.intentId), readForAction(id)])
  const simulation = simulated(row, row.simulation)
  const accepted = simulated(row, row.accepted)
  const why = (action: OperatorAction.OperatorAction) => OperatorAction.whyNot(subject, action) ?? null
  return {
    ...toRow(row),
    merchantId: row.merchantId,
    to: row.to,
    selector: row.dataBytes >= 4 ? row.selector : null,
    dataBytes: row.dataBytes,
    valueWei: row.value.toString(),
    gasLimit: row.gasLimit?.toString() ?? null,
    urgency: row.urgency,
    submission: row.submission,
    deadlineAt: row.deadlineAt?.toISOString() ?? null,
    maxFeeWei: row.maxFeeWei?.toString() ?? null,
    retryOf: row.retryOf,
    cancelAskedAt: row.cancelAskedAt?.toISOString() ?? null,
    cancelReason: row.cancelReason,
    simulation,
    accepted,
    drift: row.drift,
    intent: intent ? intentOf(intent, row.position) : null,
    blockHash: row.blockHash,
    gasUsed: row.gasUsed?.toString() ?? null,
    gasPriceWei: row.gasPrice?.toString() ?? null,
    l1FeeWei: row.l1FeeWei?.toString() ?? null,
    logs: row.logs,
    dueAt: row.dueAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    submittedAt: row.submittedAt?.toISOString() ?? null,
    includedAt: row.includedAt?.toISOString() ?? null,
    safeAt: row.safeAt?.toISOString() ?? null,
    finalAt: row.finalAt?.toISOString() ?? null,
    attemptList: attempts,
    whyNot: { 'speed-up': why('speed-up'), cancel: why('cancel'), retry: why('retry') },
  }
}

async function findAttempts(transactionId: string): Promise<TransactionView.AttemptView[]> {
  const rows = await db.query<AttemptRow>(sql`
    SELECT seq, hash, kind, legacy, private, max_fee_per_gas::text AS max_fee_per_gas_wei, tip_per_gas::text AS tip_per_gas_wei, gas::text,
      signed_at, first_broadcast_at, last_broadcast_at, broadcasts, answer, endpoint
    FROM attempt WHERE transaction_id = ${transactionId}::uuid ORDER BY seq`)
  return rows.map((row) => ({
    ...row,
    signedAt: row.signedAt.toISOString(),
    firstBroadcastAt: row.firstBroadcastAt?.toISOString() ?? null,
    lastBroadcastAt: row.lastBroadcastAt?.toISOString() ?? null,
  }))
}

async function findIntent(id: string | null): Promise<IntentRow | undefined> {
  if (id === null) return undefined
  const [row] = await db.query<IntentRow>(sql`
    SELECT i.id, i.created_at, i.api_key_id, i.agent, i.member, i.idempotency_key, i.payment_id, i.channel_id, i.resource_id, i.policy_id,
      i.policy_version, i.decision, i.finality,
      (SELECT jsonb_agg(jsonb_build_object('id', t.id, 'position', t.position, 'status', t.status) ORDER BY t.position)
        FROM transaction t WHERE t.intent_id = i.id) AS transactions
    FROM intent i WHERE i.id = ${id}::uuid`)
  return row
}

function simulated({ network }: Row, stored: Simulation.Simulation | null): TransactionView.SimulationView | null {
  return stored === null ? null : withUnits(network, stored)
}

/** A simulation with amounts in the units of known tokens; other amounts are base units. Pure. */
export function withUnits(network: string, simulation: Simulation.Simulation): TransactionView.SimulationView {
  const native = { symbol: labelNetwork(network).gasSymbol, decimals: 18 }
  const unitOf = (asset: string) => {
    if (asset === 'native') return native
    const { symbol, decimals } = labelToken(network, asset)
    return { symbol, decimals }
  }
  return {
    ...simulation,
    transfers: simulation.transfers?.map((moved) => ({ ...moved, unit: unitOf(moved.asset) })) ?? null,
    changes: simulation.changes?.map((change) => ({ ...change, unit: unitOf(change.asset) })) ?? [],
  }
}

function intentOf(intent: IntentRow, position: number): TransactionView.IntentView {
  const { apiKeyId, agent, member, policyId, policyVersion } = intent
  const { rules = [] } = (intent.decision ?? {}) as { rules?: TransactionView.IntentView['rules'] }
  return {
    id: intent.id,
    createdAt: intent.createdAt.toISOString(),
    asker: apiKeyId
      ? { kind: 'key', id: apiKeyId }
      : agent
        ? { kind: 'agent', id: agent }
        : member
          ? { kind: 'member', id: member }
          : null,
    idempotencyKey: intent.idempotencyKey,
    paymentId: intent.paymentId,
    channelId: intent.channelId,
    resourceId: intent.resourceId,
    policy: policyId && policyVersion !== null ? { id: policyId, version: policyVersion } : null,
    rules,
    finality: intent.finality,
    position,
    transactions: intent.transactions,
  }
}
