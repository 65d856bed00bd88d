import { createCtx, type Ctx } from '../../ctx'
import { log } from '../../log'
import { addressesFor, Chain } from '@/lib/chains'
import { withTransaction } from '@/lib/db'
import { awaitOutcome, submitNow, type TransactionOutcome } from '@/lib/execution'
import { captureCharges, lockUnsettled, voidPayments, type Payment, type SettlingPayment } from '@/lib/payments'
import { applyBatch, type PaymentResult } from './apply-batch'
import { readResults } from './read-results'
import * as Batch from './Batch'
import { bookIncluded } from './book-included'
import { closeBatch, type ClosedBatch } from './close-batch'
import { includeApproval } from './include-approval'
import { includeDeployment } from './include-deployment'
import { launchBatch } from './launch-batch'
import { namedFacilitator } from './named-facilitator'
import { findRoute } from '@/lib/remote-facilitators'
import { settleRemotely } from './settle-remotely'
import { failUnsent } from './fail-unsent'

/** What a request that waits for its settlement is told. */
export type SettleOutcome =
  /** `txHash` is null where nothing had to move. */
  | { kind: 'settled'; receipt: Payment.ReceiptHeaders; delivered: boolean; txHash: string | null }
  /** Proven not to have happened; the payment is void. */
  | { kind: 'failed'; reason: string }
  /** Not known yet; the background tasks go on. `hash` when something was sent. */
  | { kind: 'unknown'; hash?: string }

type Waiting = SettlingPayment & {
  deadlineAtMs: number
  /** Goes alone because the batch it was in did not carry it. */
  alone: boolean
  resolve(settled: SettleOutcome): void
  reject(error: unknown): void
}

type Lane = { waiting: Waiting[]; inFlight: number; lastSize: number; timer?: NodeJS.Timeout | undefined }

const lanes = new Map<string, Lane>()

/** Requests that arrive together should leave together. Alone, one waits hardly at all; */
const gatherMs = 2
/** in a crowd, whose members come a little apart, this long, because a batch costs as much as its crowd. */
const crowdGatherMs = 15
const crowdSize = 4
/** While a batch is on the way the next one leaves at the latest after this part of a block. */
const blockPart = 4
const inFlightMax = 8

/**
 * Moves a payment's money and waits for the outcome until `deadlineMs`: by the facilitators of its merchant's route, or, where
 * none is chosen or none takes it, ourselves. Payments that wait at the same moment for the same network and token then leave
 * in one transaction. Safe when the process dies at any point: who has it, or the batch and its transaction, are rows before
 * anything is sent.
 */
export async function settleNow(settling: SettlingPayment, deadlineMs: number): Promise<SettleOutcome> {
  const deadlineAtMs = Date.now() + deadlineMs
  const { payment } = settling
  const named = namedFacilitator(payment.instrument)
  // What names one of our signers can be settled by nobody else, and what names somebody else not by us.
  const isOurs = named !== undefined && addressesFor(payment.network, 'settlement').includes(named)
  const route = isOurs ? undefined : await findRoute(payment)
  const local = route === undefined || (route.local && named === undefined)
  // What comes to nothing is asked of nobody.
  if (route && settling.chargeBase !== 0n && (route.facilitators.length > 0 || !local)) {
    const charged = await chargeNow(settling)
    const settled = charged && (await settleRemotely(charged, route, deadlineAtMs))
    if (settled && settled.kind !== 'none') return settled
    if (charged && settled && !local) return failUnsent(charged, settled.reason)
  }
  return new Promise((resolve, reject) => enter({ ...settling, deadlineAtMs, alone: false, resolve, reject }))
}

/** Lowers a payment to what its answer came to; undefined when somebody else resolved it meanwhile. */
function chargeNow(settling: SettlingPayment): Promise<SettlingPayment | undefined> {
  if (settling.chargeBase === undefined) return Promise.resolve(settling)
  return withTransaction(async (tx) => {
    const ours = await lockUnsettled(tx, [settling.payment.id])
    if (!ours.has(settling.payment.id)) return undefined
    const [charged] = await captureCharges(tx, createCtx({ kind: 'system', id: 'settlement' }), [settling])
    return charged
  })
}

function enter(one: Waiting): void {
  const key = one.alone ? `${Batch.keyOf(one.payment)}|${one.payment.id}` : Batch.keyOf(one.payment)
  const lane: Lane = lanes.get(key) ?? { waiting: [], inFlight: 0, lastSize: 0 }
  lanes.set(key, lane)
  lane.waiting.push(one)
  schedule(key, lane, one)
}

function schedule(key: string, lane: Lane, { payment }: Waiting): void {
  if (lane.waiting.length >= Batch.sizeMax && lane.inFlight < inFlightMax) return leave(key, lane)
  const { blockTimeMs } = Chain.get(payment.network)
  const pauseMs = lane.lastSize < crowdSize ? gatherMs : crowdGatherMs
  lane.timer ??= setTimeout(() => leave(key, lane), lane.inFlight === 0 ? pauseMs : blockTimeMs / blockPart)
}

function leave(key: string, lane: Lane): void {
  clearTimeout(lane.timer)
  lane.timer = undefined
  const [next] = lane.waiting
  if (!next || lane.inFlight >= inFlightMax) return
  const batch = lane.waiting.splice(0, Batch.sizeMax)
  lane.lastSize = batch.length
  lane.inFlight += 1
  void settleBatch(batch).finally(() => {
    lane.inFlight -= 1
    const [head] = lane.waiting
    if (!head) {
      if (lane.inFlight === 0) lanes.delete(key)
      return
    }
    // Whoever came meanwhile has waited long enough.
    clearTimeout(lane.timer)
    lane.timer = undefined
    schedule(key, lane, head)
  })
}

/** Never rejects: what goes wrong is told to those who wait. */
async function settleBatch(batch: readonly Waiting[]): Promise<void> {
  try {
    const ctx = createCtx({ kind: 'system', id: 'settlement' })
    if (await approve(ctx, batch)) return tell(batch, { kind: 'unknown' }, await readResults(idsOf(batch)))
    const launched = await launchBatch(ctx, batch)
    if (!launched) return await settleLater(ctx, batch, await closeBatch(ctx, batch))
    const { include, results } = bookIncluded(launched)
    const outcome = await awaitOutcome(launched.transactionId, untilDeadline(batch), include)
    const booked = results()
    if (booked) tell(batch, outcome, booked)
    else await finish(ctx, batch, launched, outcome)
  } catch (error) {
    log().error({ err: error }, 'settlement batch did not finish here; the background tasks go on')
    for (const one of batch) one.reject(error)
  }
}

/** A batch that has not left, or of which nothing has to: its transaction is driven from its row. */
async function settleLater(ctx: Ctx, batch: readonly Waiting[], closed: ClosedBatch | undefined): Promise<void> {
  if (!closed) return tell(batch, { kind: 'unknown' }, await readResults(idsOf(batch)))
  await submitNow(ctx, closed.transactionId)
  await finish(ctx, batch, closed, await awaitOutcome(closed.transactionId, untilDeadline(batch)))
}

/** Books the outcome payment by payment, and tells each what became of it. */
async function finish(
  ctx: Ctx,
  batch: readonly Waiting[],
  closed: ClosedBatch,
  outcome: TransactionOutcome.TransactionOutcome,
): Promise<void> {
  const applied = await applyBatch(ctx, closed.batchId, outcome)
  const again =
    applied.waitsFor === undefined ? applied.again : await applyFinal(ctx, closed, outcome, untilDeadline(batch))
  tell(batch, outcome, await readResults(idsOf(batch)), again)
}

function tell(
  batch: readonly Waiting[],
  outcome: TransactionOutcome.TransactionOutcome,
  results: ReadonlyMap<string, PaymentResult>,
  again: ReadonlySet<string> = new Set(),
): void {
  for (const one of batch) {
    const result: PaymentResult = results.get(one.payment.id) ?? { kind: 'unknown' }
    if (again.has(one.payment.id) && !one.alone) enter({ ...one, alone: true })
    else if (result.kind === 'unknown') one.resolve(withHash(outcome))
    else one.resolve(result)
  }
}

const idsOf = (batch: readonly Waiting[]) => batch.map(({ payment }) => payment.id)

/** Where a block is final within the time that the request has, what only a final one says is waited for; elsewhere nothing is. */
async function applyFinal(
  ctx: Ctx,
  { batchId, transactionId, network }: ClosedBatch,
  { kind }: TransactionOutcome.TransactionOutcome,
  leftMs: number,
): Promise<ReadonlySet<string>> {
  const chain = Chain.get(network)
  const untilMs = Date.now() + leftMs
  const isSoon = chain.family !== 'svm' && chain.finalDepth * chain.blockTimeMs <= leftMs
  while (isSoon && kind !== 'unknown' && Date.now() < untilMs) {
    await new Promise((resolve) => setTimeout(resolve, chain.blockTimeMs))
    const outcome = await awaitOutcome(transactionId, 0)
    if ('isFinal' in outcome && outcome.isFinal) return (await applyBatch(ctx, batchId, outcome)).again
  }
  return new Set()
}

/** Brings along what a payment needs to be there before it, or gives it up; it goes alone. True when it was given up. */
async function approve(ctx: Ctx, batch: readonly Waiting[]): Promise<boolean> {
  const [one, second] = batch
  if (!one || second) return false
  const reason =
    (await includeApproval(ctx, one.payment, untilDeadline(batch))) ??
    (await includeDeployment(ctx, one.payment, untilDeadline(batch)))
  if (reason === undefined) return false
  await voidPayments(ctx, [one.payment.id], reason)
  return true
}

function untilDeadline(batch: readonly Waiting[]): number {
  return Math.max(0, Math.max(...batch.map((one) => one.deadlineAtMs)) - Date.now())
}

function withHash(outcome: TransactionOutcome.TransactionOutcome): SettleOutcome {
  return outcome.kind === 'unknown' && outcome.hash ? { kind: 'unknown', hash: outcome.hash } : { kind: 'unknown' }
}
