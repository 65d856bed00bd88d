import { createCtx } from '../ctx'
import { log } from '../log'
import { Chain } from '@/lib/chains'
import { awaitOutcome, submitNow, type Outcome } from '@/lib/execution'
import type { Payment, Settling } from '@/lib/payments'
import { applyBatch, readResults, type Result } from './apply-batch'
import * as Batch from './Batch'
import { closeBatch } from './close-batch'
import { findRoute } from './upstream/find-route'
import { failUnsent, settleUpstream } from './upstream/settle-upstream'

/** What a request that waits for its settlement is told. */
export type Settled =
  /** `txHash` is null where nothing had to move. */
  | { kind: 'settled'; receipt: Payment.Receipt; delivered: boolean; txHash: string | null }
  /** Proven not to have happened; the payment is void. */
  | { kind: 'failed'; reason: string }
  /** Not known yet; the background tasks go on. `hash` when something was sent. */
  | { kind: 'unknown'; hash?: string }

type Waiting = Settling & {
  deadlineAtMs: number
  /** Goes alone because the batch it was in did not carry it. */
  alone: boolean
  resolve(settled: Settled): void
  reject(error: unknown): void
}

type Lane = { waiting: Waiting[]; inFlight: number; timer?: NodeJS.Timeout | undefined }

const lanes = new Map<string, Lane>()

/** Requests that arrive together should leave together. */
const gatherMs = 2
/** While a batch is on the way the next one leaves at the latest after this part of a block. */
const blockPart = 4
const inFlightMax = 8

/**
 * Moves a payment's money and waits for the outcome until `deadlineMs`: by the facilitators of its merchant's route, or, where
 * none is chosen or none takes it, ourselves. Payments that wait at the same moment for the same network and token then leave
 * in one transaction. Safe when the process dies at any point: who has it, or the batch and its transaction, are rows before
 * anything is sent.
 */
export async function settleNow(settling: Settling, deadlineMs: number): Promise<Settled> {
  const deadlineAtMs = Date.now() + deadlineMs
  const route = await findRoute(settling.payment)
  if (route.upstreams.length > 0 || !route.local) {
    const settled = await settleUpstream(settling, route, deadlineAtMs)
    if (settled.kind !== 'none') return settled
    if (!route.local) return failUnsent(settling, settled.reason)
  }
  return new Promise((resolve, reject) => enter({ ...settling, deadlineAtMs, alone: false, resolve, reject }))
}

function enter(one: Waiting): void {
  const key = one.alone ? `${Batch.keyOf(one.payment)}|${one.payment.id}` : Batch.keyOf(one.payment)
  const lane: Lane = lanes.get(key) ?? { waiting: [], inFlight: 0 }
  lanes.set(key, lane)
  lane.waiting.push(one)
  schedule(key, lane, one)
}

function schedule(key: string, lane: Lane, { payment }: Waiting): void {
  if (lane.waiting.length >= Batch.sizeMax && lane.inFlight < inFlightMax) return leave(key, lane)
  const { blockTimeMs } = Chain.get(payment.network)
  lane.timer ??= setTimeout(() => leave(key, lane), lane.inFlight === 0 ? gatherMs : blockTimeMs / blockPart)
}

function leave(key: string, lane: Lane): void {
  clearTimeout(lane.timer)
  lane.timer = undefined
  const [next] = lane.waiting
  if (!next || lane.inFlight >= inFlightMax) return
  const batch = lane.waiting.splice(0, Batch.sizeMax)
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
    const closed = await closeBatch(ctx, batch)
    let outcome: Outcome.Outcome = { kind: 'unknown' }
    let again = new Set<string>()
    if (closed) {
      await submitNow(ctx, closed.transactionId)
      outcome = await awaitOutcome(closed.transactionId, untilDeadline(batch))
      again = await applyBatch(ctx, closed.batchId, outcome)
    }
    const results = await readResults(batch.map(({ payment }) => payment.id))
    for (const one of batch) {
      const result: Result = results.get(one.payment.id) ?? { kind: 'unknown' }
      if (again.has(one.payment.id) && !one.alone) enter({ ...one, alone: true })
      else if (result.kind === 'unknown') one.resolve(withHash(outcome))
      else one.resolve(result)
    }
  } catch (error) {
    log().error({ err: error }, 'settlement batch did not finish here; the background tasks go on')
    for (const one of batch) one.reject(error)
  }
}

function untilDeadline(batch: readonly Waiting[]): number {
  return Math.max(0, Math.max(...batch.map((one) => one.deadlineAtMs)) - Date.now())
}

function withHash(outcome: Outcome.Outcome): Settled {
  return outcome.kind === 'unknown' && outcome.hash ? { kind: 'unknown', hash: outcome.hash } : { kind: 'unknown' }
}
