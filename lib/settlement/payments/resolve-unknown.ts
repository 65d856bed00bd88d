import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { recordEvent } from '@/lib/audit'
import { Chain, readBacked, type Log } from '@/lib/chains'
import { db, sql, withTransaction, type Tx } from '@/lib/db'
import {
  bookFailed,
  bookLateTransfer,
  bookSettled,
  bookSettledAgain,
  findPayment,
  lockPayment,
  type Payment,
} from '@/lib/payments'
import type { Caip2 } from '@/lib/money'
import { toBooking } from './apply-batch'
import { cannotMove } from './cannot-move'
import { findTransfer } from './find-transfer'
import { type TransferFinding } from './TransferFinding'
import { watchPayments } from './watch-payments'
import { distrustFacilitator } from '@/lib/remote-facilitators'
import { findSvmUse } from './find-svm-use'
import { type SvmBound } from './SvmUse'
import { boundSvmUse } from './bound-svm-use'
import { findFinalSvmUse } from './find-final-svm-use'

/** What the chain shows of a payment that a remote facilitator has. */
export type ChainFinding =
  /** The transfer is on chain. */
  | { kind: 'moved'; txHash: string }
  /** It has not moved, but still can. */
  | { kind: 'waiting' }
  /** It has not moved and never will. */
  | { kind: 'dead'; reason: string }
  /** No facilitator has it, or the outcome is already known. */
  | { kind: 'ended' }

type Call = {
  upstreamId: string
  status: 'sent' | 'unsent' | 'claimed' | 'silent' | 'refused' | 'moved' | 'dead'
  claimedHash: string | null
  reason: string | null
  /** Time since the facilitator answered; null before that. */
  answeredAgoMs: number | null
  ageMs: number
  /** Solana only; set at the first look. */
  firstSlot: bigint | null
  lastValidHeight: bigint | null
}

const dayMs = 24 * 60 * 60_000
/** A refusal counts when the chain shows nothing for this many blocks after it. */
const refusedBlocks = 2

/**
 * Reads from the chain the outcome of a payment that a remote facilitator has, and books it: the exact transfer,
 * whichever party sent it, or proof that it can never move, once its authorisation has expired in a final block. The
 * facilitator's answer only names a transaction to look at. Any process may call it any number of times.
 * @throws AppError unavailable when the chain cannot be asked: the outcome stays unknown.
 */
export async function resolveUnknown(ctx: Ctx, paymentId: string): Promise<ChainFinding> {
  const call = await findCall(paymentId)
  const payment = call && (await findPayment(paymentId))
  if (!call || !payment || call.status === 'moved' || call.status === 'dead' || call.status === 'unsent')
    return { kind: 'ended' }
  const { finding, isOver } = await look(payment, call)
  if (finding.kind === 'moved') return bookMoved(ctx, payment, finding)
  if (isOver) return bookDead(ctx, payment, call, finding)
  const { blockTimeMs } = Chain.get(payment.network)
  const believed = call.status === 'refused' && (call.answeredAgoMs ?? 0) >= refusedBlocks * blockTimeMs
  const reason =
    finding.kind === 'dead' ? finding.reason : `The facilitator refused: ${call.reason ?? 'no reason given'}.`
  await withTransaction(async (tx) => {
    // From here on it is only watched: a refused payment may still arrive, and a cancellation may still leave the
    // chain.
    if (believed || finding.kind === 'dead') {
      const locked = await lockPayment(tx, paymentId)
      if (locked?.settlement === 'pending') await bookFailed(tx, ctx, [locked], reason)
    }
    await tx.execute(sql`
      UPDATE facilitator_call SET looks = looks + 1, due_at = now() + make_interval(secs => ${delayMs(call, blockTimeMs) / 1000})
      WHERE payment_id = ${paymentId}::uuid AND ended_at IS NULL`)
  })
  return { kind: 'waiting' }
}

/** What the chain shows now, and whether that can still change. */
async function look(payment: Payment.Payment, call: Call): Promise<{ finding: TransferFinding; isOver: boolean }> {
  const { instrument } = payment
  if (instrument.kind !== 'svm') {
    const included = await readClaimed(payment.network, call)
    const finding = await findTransfer(payment, { included, notBefore: included?.blockNumber ?? 0n }, new Set(), true)
    return { finding, isOver: finding.kind !== 'moved' && (await cannotMove(payment, finding)) }
  }
  const finding = await findSvmUse(payment, instrument, call.claimedHash, call.ageMs)
  if (finding.kind === 'moved') return { finding, isOver: false }
  const final = await lookForGood(payment, instrument, call)
  return { finding: final ?? finding, isOver: final !== undefined }
}

/** An unreadable answer is retried later; what was found already still counts. */
async function lookForGood(
  payment: Payment.Payment,
  instrument: Extract<Payment.Payment['instrument'], { kind: 'svm' }>,
  call: Call,
): Promise<TransferFinding | undefined> {
  try {
    return await findFinalSvmUse(payment, instrument, await boundIn(payment, call), call.ageMs)
  } catch (error) {
    log().warn({ err: error, paymentId: payment.id }, 'it is not known yet whether a payment is over')
    return undefined
  }
}

/** Fixed at the first look, because the payer signed before it. */
async function boundIn(payment: Payment.Payment, { firstSlot, lastValidHeight, ageMs }: Call): Promise<SvmBound> {
  if (firstSlot !== null && lastValidHeight !== null) return { firstSlot, lastValidHeight }
  const bound = await boundSvmUse(payment, ageMs)
  await db.execute(sql`
    UPDATE facilitator_call SET first_slot = ${bound.firstSlot}, last_valid_height = ${bound.lastValidHeight}
    WHERE payment_id = ${payment.id}::uuid AND first_slot IS NULL`)
  return bound
}

/** The older the payment, the longer the delay. */
function delayMs({ ageMs }: Call, blockTimeMs: number): number {
  return Math.min(ageMs > dayMs ? 60 * 60_000 : 60_000, Math.max(blockTimeMs, 500, ageMs / 8))
}

async function findCall(paymentId: string): Promise<Call | undefined> {
  const [call] = await db.query<Call>(sql`
    SELECT upstream_id, status, claimed_hash, reason,
      extract(epoch FROM now() - created_at)::float8 * 1000 AS age_ms,
      extract(epoch FROM now() - created_at)::float8 * 1000 - latency_ms AS answered_ago_ms,
      first_slot, last_valid_height
    FROM facilitator_call WHERE payment_id = ${paymentId}::uuid`)
  return call
}

type Receipt = { transactionHash: string; blockNumber: string; logs: (Omit<Log, 'logIndex'> & { logIndex: string })[] }

/**
 * The receipt of the transaction that the facilitator named, if it exists. Its logs show whether it pays for anything.
 */
async function readClaimed(network: Caip2, { claimedHash }: Call) {
  if (claimedHash === null || !/^0x[0-9a-f]{64}$/.test(claimedHash)) return undefined
  const receipt = await readBacked<Receipt | null>(network, 'eth_getTransactionReceipt', [claimedHash])
  if (!receipt) return undefined
  const logs = receipt.logs.map((log) => ({
    address: log.address.toLowerCase(),
    topics: log.topics.map((topic) => topic.toLowerCase() as `0x${string}`),
    data: log.data,
    logIndex: Number(log.logIndex),
  }))
  return { hash: receipt.transactionHash, blockNumber: BigInt(receipt.blockNumber), logs }
}

async function bookMoved(
  ctx: Ctx,
  { id }: Payment.Payment,
  { proof }: Extract<TransferFinding, { kind: 'moved' }>,
): Promise<ChainFinding> {
  await withTransaction(async (tx) => {
    const payment = await lockPayment(tx, id)
    if (!payment) return
    const booking = toBooking(payment, proof, ctx.now())
    if (payment.settlement === 'pending' && payment.status === 'authorized') await bookSettled(tx, ctx, [booking])
    else if (payment.settlement === 'pending') await bookSettledAgain(tx, ctx, [booking])
    else if (payment.settlement === 'failed') await bookLateTransfer(tx, ctx, booking)
    await end(tx, id, 'moved')
    await watchPayments(tx, [payment])
  })
  return { kind: 'moved', txHash: proof.txHash }
}

async function bookDead(
  ctx: Ctx,
  { id }: Payment.Payment,
  call: Call,
  finding: TransferFinding,
): Promise<ChainFinding> {
  const reason =
    finding.kind === 'dead'
      ? finding.reason
      : 'What the payer signed has expired, and the chain proves that it was never used.'
  const lied = await withTransaction(async (tx) => {
    const payment = await lockPayment(tx, id)
    if (payment?.settlement === 'pending') await bookFailed(tx, ctx, [payment], reason)
    const ended = await end(tx, id, 'dead')
    if (!ended || !payment || call.status !== 'claimed') return false
    const data = { upstreamId: call.upstreamId, claimedHash: call.claimedHash }
    await recordEvent(tx, ctx, { type: 'facilitator.false_claim', merchantId: payment.merchantId, paymentId: id, data })
    return true
  })
  if (lied)
    await distrustFacilitator(call.upstreamId, 'It said that it had settled, and the chain proves that it had not.')
  return { kind: 'dead', reason }
}

async function end(tx: Tx, paymentId: string, status: 'moved' | 'dead'): Promise<boolean> {
  const ended = await tx.execute(sql`
    UPDATE facilitator_call SET status = ${status}::facilitator_call_state, ended_at = now(), due_at = NULL, looks = looks + 1
    WHERE payment_id = ${paymentId}::uuid AND ended_at IS NULL`)
  return ended === 1
}
