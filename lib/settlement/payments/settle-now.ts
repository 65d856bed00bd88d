import { createCtx, type Ctx } from '../../ctx'
import { log } from '../../log'
import { addressesFor, Chain } from '@/lib/chains'
import { withTransaction } from '@/lib/db'
import { awaitOutcome, submitNow, type TransactionOutcome } from '@/lib/execution'
import { captureCharges, lockUnsettled, voidPayments, type Payment, type SettlingPayment } from '@/lib/payments'
import { takeProof } from '../rails/take-proof'
import { takeMoney } from '../rails/take-money'
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

/** The outcome for a request that waits for its settlement. */
export type SettleOutcome =
  /** `txHash` is null if nothing had to move. */
  | { kind: 'settled'; receipt: Payment.ReceiptHeaders; delivered: boolean; txHash: string | null }
  /** Proven not to have happened; the payment is void. */
  | { kind: 'failed'; reason: string }
  /** Not known yet; the background tasks continue. `hash` if something was sent. */
  | { kind: 'unknown'; hash?: string }

type Waiting = SettlingPayment & {
  deadlineAtMs: number
  /** Goes alone because its last batch did not move it. */
  alone: boolean
  resolve(settled: SettleOutcome): void
  reject(error: unknown): void
}

type Lane = { waiting: Waiting[]; inFlight: number; lastSize: number; timer?: NodeJS.Timeout | undefined }

const lanes = new Map<string, Lane>()

/** Requests that arrive together should leave together. A lone one waits hardly at all; */
const gatherMs = 2
/** in a crowd, whose members arrive a little apart, it waits this long, because a batch costs as much as its crowd. */
const crowdGatherMs = 15
const crowdSize = 4
/** While a batch is under way, the next one leaves after at most this part of a block. */
const blockPart = 4
const inFlightMax = 8

/**
 * Moves a payment's money and waits for the outcome until `deadlineMs`: by the facilitators of its merchant's route or,
 * if none is chosen or all decline, by this server. Payments that wait at the same time for the same network and token
 * then share a transaction. Safe against a crash at any point: the facilitator's id, or the batch with its transaction,
 * is a row before anything is sent.
 */
export async function settleNow(settling: SettlingPayment, deadlineMs: number): Promise<SettleOutcome> {
  const deadlineAtMs = Date.now() + deadlineMs
  const { payment } = settling
  if (payment.instrument.kind === 'spt') return takeMoney(settling, deadlineMs)
  if (payment.instrument.kind === 'preimage') return takeProof(settling)
  const named = namedFacilitator(payment.instrument)
  // A payment that names one of our signers can be settled only by us; one that names another facilitator, never by us.
  const isOurs = named !== undefined && addressesFor(payment.network, 'settlement').includes(named)
  const route = isOurs ? undefined : await findRoute(payment)
  const local = route === undefined || (route.local && named === undefined)
  // A zero charge needs no facilitator.
  if (route && settling.chargeBase !== 0n && (route.facilitators.length > 0 || !local)) {
    const charged = await chargeNow(settling)
    const settled = charged && (await settleRemotely(charged, route, deadlineAtMs))
    if (settled && settled.kind !== 'none') return settled
    if (charged && settled && !local) return failUnsent(charged, settled.reason)
  }
  return new Promise((resolve, reject) => enter({ ...settling, deadlineAtMs, alone: false, resolve, reject }))
}

/** Lowers a payment to its final charge; undefined if another process resolved it. */
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
    // Payments that arrived meanwhile have waited long enough.
    clearTimeout(lane.timer)
    lane.timer = undefined
    schedule(key, lane, head)
  })
}

/** Never rejects: each waiting request gets the error. */
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
    log().error({ err: error }, 'a settlement batch did not finish here; the background tasks continue')
    for (const one of batch) one.reject(error)
  }
}

/** For a batch that was not launched, or has nothing to move: its transaction is driven from its row. */
async function settleLater(ctx: Ctx, batch: readonly Waiting[], closed: ClosedBatch | undefined): Promise<void> {
  if (!closed) return tell(batch, { kind: 'unknown' }, await readResults(idsOf(batch)))
  await submitNow(ctx, closed.transactionId)
  await finish(ctx, batch, closed, await awaitOutcome(closed.transactionId, untilDeadline(batch)))
}

/** Books the outcome of each payment and passes it to the waiting request. */
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

/** Waits for finality only on chains where a block becomes final within the request's time. */
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

/**
 * Gets what a payment needs before it (approval, deployment) included, or gives the payment up. Such a payment goes
 * alone. True if it was given up.
 */
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
