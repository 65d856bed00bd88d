import type { Reader } from '../ctx'
import { env } from '../env'
import { prisma, type Prisma } from '@/lib/db'
import { Transaction, type Simulation } from '@/lib/execution'
import { Filter, loadPage, Page } from '@/lib/paging'
import type { ExecutionPolicy } from '@/lib/policies'
import type { ExecutionFilter } from './ExecutionFilter'
import { outcomeOf, type ExecutionView, type ExecutionIntent } from './ExecutionView'

const include = {
  attempts: { omit: { raw: true }, orderBy: { seq: 'asc' } },
  intent: {
    include: { transactions: { select: { id: true, position: true, status: true }, orderBy: { position: 'asc' } } },
  },
} satisfies Prisma.TransactionInclude

const omit = { logs: true } satisfies Prisma.TransactionOmit

type Row = Prisma.TransactionGetPayload<{ include: typeof include; omit: typeof omit }>

/** A transaction that a merchant asked for; undefined when it is not there or not the reader's. `id` is a UUID. */
export async function findExecution(reader: Reader, id: string): Promise<ExecutionView | undefined> {
  const row = await prisma().transaction.findFirst({ where: { AND: [{ id }, visible(reader)] }, include, omit })
  return row ? toView(row) : undefined
}

/** One page of the transactions that the reader's merchant asked for, newest first. Reads only. */
export async function listExecutions(
  reader: Reader,
  filter: ExecutionFilter,
  ask: Page.PageRequest,
): Promise<Page.Page<ExecutionView>> {
  const where = whereOf(reader, filter)
  const page = await loadPage<Row>(ask, {
    find: (asked) => {
      const { where: window, ...bounds } = Page.bounds(asked)
      return prisma().transaction.findMany({ where: { AND: [where, window] }, ...bounds, include, omit })
    },
    count: (limit) => prisma().transaction.count({ where, orderBy: Page.newest, take: limit }),
    cursorOf: (row) => ({ atMs: row.createdAt.getTime(), id: row.id }),
  })
  return Page.map(page, toView)
}

/** The gateway's own settlements and refunds belong to no merchant and are not told here. */
function visible(reader: Reader): Prisma.TransactionWhereInput {
  return reader.operator ? { merchantId: { not: null } } : { merchantId: reader.merchantId }
}

function whereOf(reader: Reader, filter: ExecutionFilter): Prisma.TransactionWhereInput {
  const createdAt = Filter.between(filter.from, filter.to)
  return {
    AND: [
      visible(reader),
      filter.status ? { status: { in: filter.status } } : {},
      filter.network ? { network: filter.network } : {},
      filter.intent ? { intentId: filter.intent } : {},
      filter.idempotencyKey ? { intent: { idempotencyKey: filter.idempotencyKey } } : {},
      createdAt ? { createdAt } : {},
    ],
  }
}

function toView(row: Row): ExecutionView {
  const { status, error, hash } = row
  const cancelled = row.attempts.some((attempt) => attempt.kind === 'cancel' && attempt.hash === hash)
  const finality = (row.intent?.finality ?? 'included') as ExecutionPolicy.PolicyFinality
  const outcome = outcomeOf({ status, error, cancelled }, finality)
  const [gasPrice, l1Fee] = [wei(row.gasPrice), wei(row.l1FeeWei)]
  const fee =
    row.gasUsed !== null && gasPrice !== null ? (row.gasUsed * BigInt(gasPrice) + BigInt(l1Fee ?? 0)).toString() : null
  return {
    id: row.id,
    status,
    outcome,
    ended: Transaction.isFinal(status),
    network: row.network,
    from: row.signer,
    to: row.to,
    data: `0x${Buffer.from(row.data ?? []).toString('hex')}`,
    value: row.value.toFixed(0),
    nonce: row.nonce?.toString() ?? null,
    urgency: row.urgency,
    submission: row.submission,
    deadline: time(row.deadlineAt),
    maxFee: wei(row.maxFeeWei),
    hash,
    block:
      row.blockNumber !== null && row.blockHash ? { number: row.blockNumber.toString(), hash: row.blockHash } : null,
    gasUsed: row.gasUsed?.toString() ?? null,
    gasPrice,
    l1Fee,
    fee,
    heldReason: row.heldReason,
    error,
    cancel: row.cancelAskedAt ? { askedAt: row.cancelAskedAt.toISOString(), reason: row.cancelReason } : null,
    createdAt: row.createdAt.toISOString(),
    submittedAt: time(row.submittedAt),
    includedAt: time(row.includedAt),
    safeAt: time(row.safeAt),
    finalAt: time(row.finalAt),
    simulation: row.simulation as Simulation.Simulation | null,
    accepted: row.accepted as Simulation.Simulation | null,
    drift: row.drift,
    attempts: row.attempts.map((attempt) => ({
      seq: attempt.seq,
      hash: attempt.hash,
      kind: attempt.kind,
      maxFeePerGas: attempt.maxFeePerGas.toFixed(0),
      tipPerGas: attempt.tipPerGas.toFixed(0),
      gas: attempt.gas.toString(),
      legacy: attempt.legacy,
      private: attempt.private,
      signedAt: attempt.signedAt.toISOString(),
      firstBroadcastAt: time(attempt.firstBroadcastAt),
      lastBroadcastAt: time(attempt.lastBroadcastAt),
      broadcasts: attempt.broadcasts,
      answer: attempt.answer,
    })),
    intent: row.intent && toIntent(row.intent, row.position),
    links: linksOf(row.id),
  }
}

function toIntent(intent: NonNullable<Row['intent']>, position: number): ExecutionIntent {
  const { policyId, policyVersion } = intent
  return {
    id: intent.id,
    idempotencyKey: intent.idempotencyKey,
    position,
    transactions: intent.transactions,
    finality: intent.finality as ExecutionPolicy.PolicyFinality,
    callbackUrl: intent.callbackUrl,
    asker: askerOf(intent),
    policy: policyId !== null && policyVersion !== null ? { id: policyId, version: policyVersion } : null,
    decision: intent.decision,
    paymentId: intent.paymentId,
    channelId: intent.channelId,
    createdAt: intent.createdAt.toISOString(),
  }
}

function askerOf({ apiKeyId, agent, member }: NonNullable<Row['intent']>): ExecutionIntent['asker'] {
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

function wei(amount: Prisma.Decimal | null): string | null {
  return amount?.toFixed(0) ?? null
}

function time(at: Date | null): string | null {
  return at?.toISOString() ?? null
}
