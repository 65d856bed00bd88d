import { numberToHex, type Hex } from 'viem'
import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { recordEvent } from '@/lib/audit'
import { Chain, readAgreed } from '@/lib/chains'
import { db, sql, withTransaction } from '@/lib/db'
import { requestCancel, deadlineReason } from '../act/request-cancel'
import * as Attempt from '../Attempt'
import { isAwaited } from './await-outcome'
import { broadcastAttempt } from '../broadcast-attempt'
import * as Fee from '../Fee'
import { hasMoved } from './follow-heads'
import { findSent } from '../in-process'
import { isIncluded } from './inclusions'
import type { BlockHead, HeadCache } from './heads'
import { claimOne } from '../claim-one'
import { release } from '../release'
import { offerFor, urgencyOf } from '../submit/price-call'
import { offerCancel } from '../submit/offer-cancel'
import { l1FeeOf } from '../submit/l1-fee-of'
import { recordInclusion } from './record-inclusion'
import { findReceipt } from './find-receipt'
import { loadBytes } from '../load-bytes'
import { signAttempt } from '../submit/sign-attempt'
import * as Transaction from '../Transaction'

/** Blocks without inclusion before the same bytes are sent again, and private ones publicly. */
const resendBlocks = 3
const privateBlocks = 10
/** Blocks after which a foreign use of the nonce is checked. */
const suspectBlocks = 6

/**
 * One look at a submitted transaction: a receipt of any attempt, the end of its validity, a foreign use of its nonce;
 * else another attempt for its nonce, or the stored bytes again. Returns the delay until the next look, ms; undefined
 * if that is already written.
 */
export async function trackSubmitted(
  ctx: Ctx,
  transaction: Transaction.Transaction,
  heads: HeadCache,
): Promise<number | undefined> {
  const { network, attempts } = transaction
  const { blockTimeMs } = Chain.get(network)
  const hashes = attempts.map(({ hash }) => hash)
  const awaited = await whileAwaited(transaction, hashes)
  // A waiter of this process writes the inclusion.
  if (awaited === 'yes') return blockTimeMs
  const receipt = awaited === 'no' ? undefined : await findReceipt(network, hashes)
  if (receipt) {
    await recordInclusion(ctx, transaction, receipt)
    return undefined
  }
  const latest = Attempt.latest(attempts)
  if (!latest) throw new Error(`submitted transaction ${transaction.id} has no attempt`)
  if (await conclude(ctx, transaction, latest, heads)) return undefined
  const send = async (isPrivate: boolean) => {
    const { hash } = latest
    await broadcastAttempt(ctx, transaction, { hash, raw: await loadBytes(hash), private: isPrivate })
  }
  if (isToBePublic(transaction, blockTimeMs)) {
    await publish(transaction.id)
    return void (await send(false))
  }
  const next = Transaction.isOurs(transaction) ? await nextAttempt(ctx, transaction, latest, heads) : undefined
  if (next && (await replace(ctx, transaction, next, heads))) return undefined
  if (!next && transaction.heldReason !== null) await resume(ctx, transaction)
  if (latest.sentAgeMs !== null && latest.sentAgeMs <= resendBlocks * blockTimeMs) return blockTimeMs
  return void (await send(latest.private))
}

/** Whether a transaction that this process waits for is in a block, by the blocks that its waiters read together. */
async function whileAwaited({ id, network }: Transaction.Transaction, hashes: readonly string[]) {
  const sent = isAwaited(id) ? findSent(id) : undefined
  return sent ? isIncluded(network, hashes, sent.atMs) : 'unknown'
}

/** What to sign for its nonce now; undefined while the latest attempt is good enough. */
async function nextAttempt(
  ctx: Ctx,
  transaction: Transaction.Transaction,
  latest: Attempt.Attempt,
  heads: HeadCache,
): Promise<Attempt.Attempt['kind'] | undefined> {
  const { id, cancelReason, deadlineInMs, speedUpAgeMs } = transaction
  if (latest.kind === 'call') {
    if (cancelReason !== null) return 'cancel'
    if (deadlineInMs !== null && deadlineInMs <= 0) {
      await requestCancel(ctx, id, deadlineReason)
      return 'cancel'
    }
  }
  if (speedUpAgeMs !== null && speedUpAgeMs < latest.signedAgeMs) return latest.kind
  return (await isStuck(transaction, latest, heads)) ? latest.kind : undefined
}

/** The private endpoint had its time, and the requester allows the public way after it. */
function isToBePublic({ submission, attempts }: Transaction.Transaction, blockTimeMs: number): boolean {
  return (
    submission === 'private-first' &&
    attempts.every((attempt) => attempt.private) &&
    attempts.some(({ signedAgeMs }) => signedAgeMs > privateBlocks * blockTimeMs)
  )
}

/** From now on its bytes are public. */
async function publish(id: string): Promise<void> {
  await db.execute(sql`UPDATE attempt SET private = false WHERE transaction_id = ${id}::uuid`)
}

/** Ends a transaction that provably can never be included. True if it did. */
async function conclude(
  ctx: Ctx,
  transaction: Transaction.Transaction,
  latest: Attempt.Attempt,
  heads: HeadCache,
): Promise<boolean> {
  if (transaction.kind === 'raw') {
    // By the chain's clock in a final block: our clock says nothing about what a block producer may still do.
    const final = await heads.final()
    const isOver = final && transaction.expiresAtMs !== null && final.timestampMs > transaction.expiresAtMs
    if (!isOver || !(await hasNoReceipt(transaction, final))) return false
    return end(ctx, transaction, 'expired', 'Its validity ended before it was included.', final)
  }
  const isSuspect =
    latest.answer === 'nonce-too-low' || latest.signedAgeMs > suspectBlocks * Chain.get(transaction.network).blockTimeMs
  const final = isSuspect ? await heads.final() : undefined
  if (!final || !(await hasNoReceipt(transaction, final))) return false
  return end(ctx, transaction, 'failed', 'A foreign transaction used its nonce.', final)
}

/**
 * True if the endpoints agree that none of our attempts has a receipt and (for our own calls) that the nonce was used
 * in this final block. One receipt, or too few answers, means false.
 */
async function hasNoReceipt(transaction: Transaction.Transaction, final: BlockHead): Promise<boolean> {
  const { network, signer, nonce, attempts } = transaction
  if (nonce !== null) {
    const used = await readAgreed<Hex>(network, 'eth_getTransactionCount', [signer, numberToHex(final.number)])
    if (used === undefined || BigInt(used) <= nonce) return false
  }
  const receipts = await Promise.all(
    attempts.map(({ hash }) => readAgreed<unknown>(network, 'eth_getTransactionReceipt', [hash])),
  )
  return receipts.every((receipt) => receipt === null)
}

/** An attempt that was signed after the look is safe: its driver has raised the epoch. */
async function end(
  ctx: Ctx,
  { id, epoch, reorgs }: Transaction.Transaction,
  status: 'expired' | 'failed',
  reason: string,
  final: BlockHead,
): Promise<boolean> {
  return withTransaction(async (tx) => {
    const ended = await tx.execute(sql`
      UPDATE transaction SET status = ${status}::transaction_status, error = ${reason}, lease_until = NULL
      WHERE id = ${id}::uuid AND status = 'submitted' AND epoch = ${epoch} AND reorgs = ${reorgs}`)
    if (ended === 1)
      await recordEvent(tx, ctx, {
        type: `transaction.${status}`,
        transactionId: id,
        data: { reason, finalBlock: final.number, finalBlockHash: final.hash },
      })
    return ended === 1
  })
}

/** Priced out of the next block, refused as too cheap, or waiting too long at the head of its lane. */
async function isStuck(
  transaction: Transaction.Transaction,
  latest: Attempt.Attempt,
  heads: HeadCache,
): Promise<boolean> {
  const market = await heads.market()
  if (Fee.isExcessive(latest, market)) return false
  if (latest.answer === 'underpriced' || Fee.isPricedOut(latest, market)) return true
  const { blockTimeMs } = Chain.get(transaction.network)
  if (latest.signedAgeMs <= Fee.waitBlocks(urgencyOf(transaction)) * blockTimeMs) return false
  if (!hasMoved(transaction.network, latest.signedAgeMs)) return false
  return isHeadOfLane(transaction)
}

/** A higher fee helps only the lowest open nonce: the others wait for it. */
async function isHeadOfLane({ network, signer, nonce }: Transaction.Transaction): Promise<boolean> {
  const [lower] = await db.query(sql`
    SELECT 1 FROM transaction
    WHERE network = ${network} AND signer = ${signer} AND nonce < ${nonce} AND status IN ('signed', 'submitted', 'held')
    LIMIT 1`)
  return lower === undefined
}

/**
 * Another attempt for the same nonce: leased, stored and sent like the first. At the fee cap the latest attempt stands:
 * it is sent again, and included when the market falls. False if nothing was signed.
 */
async function replace(
  ctx: Ctx,
  transaction: Transaction.Transaction,
  kind: Attempt.Attempt['kind'],
  heads: HeadCache,
): Promise<boolean> {
  const market = await heads.market()
  const latest = Attempt.latest(transaction.attempts)
  if (!latest) return false
  const offer =
    kind === latest.kind
      ? offerFor(transaction, market, latest.gas, await l1FeeOf(transaction))
      : await offerCancel(transaction, market)
  if ('capped' in offer) {
    await noteCap(ctx, transaction, offer.capped)
    return false
  }
  const leased = await claimOne(transaction.id, 'replace')
  // Another driver signed for it since it was read: that attempt may be enough.
  if (leased?.attempts.length !== transaction.attempts.length) {
    if (leased) await release(leased, 0)
    return false
  }
  const signed = await signAttempt(ctx, leased, { kind, offer })
  if (typeof signed === 'string') return false
  failpoint('after-attempt-commit')
  await broadcastAttempt(ctx, leased, signed)
  return true
}

/** One event only; the bytes are sent again every time. */
async function noteCap(ctx: Ctx, { id, heldReason }: Transaction.Transaction, reason: string): Promise<void> {
  // The amounts in the reason change with every block.
  if (heldReason?.startsWith(reason.split(':')[0] ?? reason)) return
  await withTransaction(async (tx) => {
    const noted = await tx.execute(
      sql`UPDATE transaction SET held_reason = ${reason} WHERE id = ${id}::uuid AND status = 'submitted'`,
    )
    if (noted === 1) await recordEvent(tx, ctx, { type: 'transaction.held', transactionId: id, data: { reason } })
  })
}

async function resume(ctx: Ctx, { id, heldReason }: Transaction.Transaction): Promise<void> {
  await withTransaction(async (tx) => {
    const resumed = await tx.execute(
      sql`UPDATE transaction SET held_reason = NULL WHERE id = ${id}::uuid AND status = 'submitted' AND held_reason IS NOT NULL`,
    )
    if (resumed === 1)
      await recordEvent(tx, ctx, { type: 'transaction.resumed', transactionId: id, data: { after: heldReason } })
  })
}
