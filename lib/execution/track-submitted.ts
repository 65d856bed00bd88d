import { numberToHex, type Hex } from 'viem'
import type { Ctx } from '../ctx'
import { failpoint } from '../failpoint'
import { recordEvent } from '@/lib/audit'
import { callRpc, Chain, orderedUrls } from '@/lib/chains'
import { db, sql, withTransaction } from '@/lib/db'
import * as Attempt from './Attempt'
import { broadcastAttempt } from './broadcast-attempt'
import * as Fee from './Fee'
import type { Head, Heads } from './heads'
import { claimOne } from './lease'
import { findReceipt, recordInclusion } from './record-inclusion'
import { loadBytes } from './row'
import { signAttempt } from './sign-attempt'
import * as Transaction from './Transaction'

/** Blocks without inclusion after which the same bytes are sent again, and after which they are replaced. */
const resendBlocks = 3
const replaceBlocks = 6

/**
 * One look at a submitted transaction: a receipt of any attempt, the end of its validity, a foreign use of its nonce; else
 * the stored bytes again, or a replacement. Returns the delay until the next look, undefined when that is written.
 */
export async function trackSubmitted(
  ctx: Ctx,
  transaction: Transaction.Transaction,
  heads: Heads,
): Promise<number | undefined> {
  const { network, attempts } = transaction
  const { blockTimeMs } = Chain.get(network)
  const receipt = await findReceipt(
    network,
    attempts.map(({ hash }) => hash),
  )
  if (receipt) {
    await recordInclusion(ctx, transaction, receipt)
    return undefined
  }
  const latest = Attempt.latest(attempts)
  if (!latest) throw new Error(`submitted transaction ${transaction.id} has no attempt`)
  if (await conclude(ctx, transaction, latest, heads)) return undefined
  if (Transaction.isOurs(transaction) && (await isStuck(transaction, latest, heads)))
    return (await replace(ctx, transaction.id, heads)) ? undefined : blockTimeMs
  if (latest.sentAgeMs === null || latest.sentAgeMs > resendBlocks * blockTimeMs) {
    await broadcastAttempt(ctx, transaction, { hash: latest.hash, raw: await loadBytes(latest.hash) })
    return undefined
  }
  return blockTimeMs
}

/** Ends a transaction that provably can never be included. True when it did. */
async function conclude(
  ctx: Ctx,
  transaction: Transaction.Transaction,
  latest: Attempt.Attempt,
  heads: Heads,
): Promise<boolean> {
  if (transaction.kind === 'raw') {
    // By the chain's clock in a final block: ours proves nothing about what a block producer may still do.
    const final = await heads.final()
    const isOver = final && transaction.expiresAtMs !== null && final.timestampMs > transaction.expiresAtMs
    if (!isOver || !(await nobodyHas(transaction, final))) return false
    return end(ctx, transaction, 'expired', 'Its validity ended before it was included.', final)
  }
  const isSuspect =
    latest.answer === 'nonce-too-low' || latest.signedAgeMs > replaceBlocks * Chain.get(transaction.network).blockTimeMs
  const final = isSuspect ? await heads.final() : undefined
  if (!final || !(await nobodyHas(transaction, final))) return false
  return end(ctx, transaction, 'failed', 'A foreign transaction used its nonce.', final)
}

/**
 * Whether every endpoint says that none of our attempts has a receipt, and (for our own calls) that the nonce was used in
 * this final block. One endpoint that is silent or differs means no.
 */
async function nobodyHas(transaction: Transaction.Transaction, final: Head): Promise<boolean> {
  const { network, signer, nonce, attempts } = transaction
  const verdicts = await Promise.all(
    orderedUrls(network).map(async (url) => {
      if (nonce !== null) {
        const used = await callRpc<Hex>(url, 'eth_getTransactionCount', [signer, numberToHex(final.number)])
        if (BigInt(used) <= nonce) return false
      }
      const read = (method: string, params: readonly unknown[]) => callRpc<unknown>(url, method, params)
      const hashes = attempts.map(({ hash }) => hash)
      return (await findReceipt(network, hashes, read)) === undefined
    }),
  )
  return verdicts.every(Boolean)
}

async function end(
  ctx: Ctx,
  { id }: Transaction.Transaction,
  status: 'expired' | 'failed',
  reason: string,
  final: Head,
): Promise<boolean> {
  return withTransaction(async (tx) => {
    const ended = await tx.execute(sql`
      UPDATE transaction SET status = ${status}::transaction_status, error = ${reason}, lease_until = NULL
      WHERE id = ${id}::uuid AND status = 'submitted'`)
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
async function isStuck(transaction: Transaction.Transaction, latest: Attempt.Attempt, heads: Heads): Promise<boolean> {
  const market = await heads.market()
  if (Fee.isExcessive(latest, market)) return false
  if (latest.answer === 'underpriced' || Fee.isPricedOut(latest, market)) return true
  if (latest.signedAgeMs <= replaceBlocks * Chain.get(transaction.network).blockTimeMs) return false
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

/** A further attempt of the same nonce, leased, stored and then sent like the first. False when another driver has it. */
async function replace(ctx: Ctx, id: string, heads: Heads): Promise<boolean> {
  const market = await heads.market()
  const leased = await claimOne(id, 'replace')
  const latest = leased && Attempt.latest(leased.attempts)
  if (!leased || !latest) return false
  const signed = await signAttempt(ctx, leased, { fee: Fee.replacement(latest, market), gas: latest.gas })
  if (!signed) return false
  failpoint('after-attempt-commit')
  await broadcastAttempt(ctx, leased, signed)
  return true
}
