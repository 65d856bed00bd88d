import type { Reader } from '../../ctx'
import { labelNetwork, labelToken } from '@/lib/chains'
import { db, prisma, sql, type Prisma } from '@/lib/db'
import * as OperatorAction from '../OperatorAction'
import type { SimulationDrift } from '../simulate/compare-inclusion'
import { rowSelect, toRow, visible } from './list-transactions'
import { readForAction } from '../act/read-for-action'
import type * as Simulation from '../simulate/Simulation'
import type * as TransactionView from './TransactionView'

const select = {
  ...rowSelect,
  merchantId: true,
  to: true,
  data: true,
  value: true,
  gasLimit: true,
  urgency: true,
  submission: true,
  deadlineAt: true,
  maxFeeWei: true,
  retryOf: true,
  cancelAskedAt: true,
  cancelReason: true,
  simulation: true,
  accepted: true,
  drift: true,
  position: true,
  intent: { include: { transactions: { select: { id: true, position: true, status: true } } }, omit: { body: true } },
  blockHash: true,
  logs: true,
  dueAt: true,
  expiresAt: true,
  submittedAt: true,
  includedAt: true,
  safeAt: true,
  finalAt: true,
  attempts: { omit: { raw: true }, orderBy: { seq: 'asc' } },
} as const satisfies Prisma.TransactionSelect

type Selected = Prisma.TransactionGetPayload<{ select: typeof select }>

/** A transaction with its attempts, or undefined when it is not there or not the reader's. `id` is a UUID. */
export async function getTransaction(
  reader: Reader,
  id: string,
): Promise<TransactionView.TransactionDetail | undefined> {
  const [seen] = await db.query(sql`SELECT 1 FROM transaction t WHERE t.id = ${id}::uuid AND ${visible(reader)}`)
  if (!seen) return undefined
  const [row, subject] = await Promise.all([
    prisma().transaction.findUnique({ where: { id }, select }),
    readForAction(id),
  ])
  if (!row) return undefined
  const simulation = simulated(row, row.simulation)
  const accepted = simulated(row, row.accepted)
  const why = (action: OperatorAction.OperatorAction) => OperatorAction.whyNot(subject, action) ?? null
  return {
    ...toRow({ ...row, call: (accepted ?? simulation)?.call?.name ?? null, attempts: row.attempts.length }),
    merchantId: row.merchantId,
    to: row.to,
    selector: row.data && row.data.length >= 4 ? `0x${Buffer.from(row.data.subarray(0, 4)).toString('hex')}` : null,
    dataBytes: row.data?.length ?? 0,
    valueWei: row.value.toFixed(0),
    gasLimit: row.gasLimit?.toString() ?? null,
    urgency: row.urgency,
    submission: row.submission,
    deadlineAt: row.deadlineAt?.toISOString() ?? null,
    maxFeeWei: row.maxFeeWei?.toFixed(0) ?? null,
    retryOf: row.retryOf,
    cancelAskedAt: row.cancelAskedAt?.toISOString() ?? null,
    cancelReason: row.cancelReason,
    simulation,
    accepted,
    drift: row.drift as SimulationDrift | null,
    intent: row.intent && intentOf(row.intent, row.position),
    blockHash: row.blockHash,
    gasUsed: row.gasUsed?.toString() ?? null,
    gasPriceWei: row.gasPrice?.toFixed(0) ?? null,
    l1FeeWei: row.l1FeeWei?.toFixed(0) ?? null,
    logs: Array.isArray(row.logs) ? row.logs.length : null,
    dueAt: row.dueAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    submittedAt: row.submittedAt?.toISOString() ?? null,
    includedAt: row.includedAt?.toISOString() ?? null,
    safeAt: row.safeAt?.toISOString() ?? null,
    finalAt: row.finalAt?.toISOString() ?? null,
    attemptList: row.attempts.map(attemptOf),
    whyNot: { 'speed-up': why('speed-up'), cancel: why('cancel'), retry: why('retry') },
  }
}

function attemptOf(attempt: Selected['attempts'][number]): TransactionView.AttemptView {
  return {
    seq: attempt.seq,
    hash: attempt.hash,
    kind: attempt.kind,
    legacy: attempt.legacy,
    private: attempt.private,
    maxFeePerGasWei: attempt.maxFeePerGas.toFixed(0),
    tipPerGasWei: attempt.tipPerGas.toFixed(0),
    gas: attempt.gas.toString(),
    signedAt: attempt.signedAt.toISOString(),
    firstBroadcastAt: attempt.firstBroadcastAt?.toISOString() ?? null,
    lastBroadcastAt: attempt.lastBroadcastAt?.toISOString() ?? null,
    broadcasts: attempt.broadcasts,
    answer: attempt.answer,
    endpoint: attempt.endpoint,
  }
}

function simulated({ network }: Selected, stored: unknown): TransactionView.SimulationView | null {
  return stored === null ? null : withUnits(network, stored as Simulation.Simulation)
}

/** A simulation whose amounts have the units of tokens that the registry knows; those of others are base units. Pure. */
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

function intentOf(intent: NonNullable<Selected['intent']>, position: number): TransactionView.IntentView {
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
    transactions: intent.transactions.toSorted((one, other) => one.position - other.position),
  }
}
