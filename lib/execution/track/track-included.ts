import { numberToHex } from 'viem'
import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { Chain, orderedUrls, readAgreed } from '@/lib/chains'
import { sql, withTransaction } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { broadcastAttempt } from '../broadcast-attempt'
import type { HeadCache } from './heads'
import { recordInclusion, type MinedReceipt } from './record-inclusion'
import { findReceipt } from './find-receipt'
import { loadBytes } from '../load-bytes'
import * as Transaction from '../Transaction'

const delayMaxMs = 60_000
// The longer it is included, the less often it is looked at.
const ageShare = 8

/**
 * One look at an included transaction: is its block still part of the chain, and is it safe or final? Returns the delay
 * until the next look with the reached level, which `riseAll` writes; undefined if that is already written.
 */
export async function trackIncluded(
  ctx: Ctx,
  transaction: Transaction.Transaction,
  heads: HeadCache,
): Promise<number | { delayMs: number; level: Level } | undefined> {
  const { blockNumber, blockHash, network } = transaction
  if (blockNumber === null || blockHash === null) throw new Error(`${transaction.id} is included in no block`)
  const { blockTimeMs } = Chain.get(network)
  const block = await heads.block(blockNumber)
  if (block?.hash === blockHash) {
    const level = await levelOf(transaction, heads)
    if (typeof level === 'object') return writeAgain(ctx, transaction, level)
    const delayMs = Math.min(delayMaxMs, Math.max(blockTimeMs, transaction.ageMs / ageShare))
    return level ? { delayMs, level } : delayMs
  }
  if (!(await isGone(network, blockNumber, blockHash))) return blockTimeMs
  const receipt = await findReceipt(network, hashesOf(transaction))
  // The same block: the node's two answers came from different heads. Look again soon.
  if (receipt?.blockHash === blockHash) return blockTimeMs
  if (receipt) return writeAgain(ctx, transaction, receipt)
  if (await reorganised(ctx, transaction)) await sendAgain(ctx, { ...transaction, reorgs: transaction.reorgs + 1 })
  return undefined
}

/**
 * True if another block is at this height: two of several endpoints say so, or none has the height any more. At a
 * single endpoint a missing height proves nothing, because a lagging node does not have it yet; it is looked for until
 * a block is there.
 */
async function isGone(network: Caip2, number: bigint, hash: string): Promise<boolean> {
  const block = await readAgreed<{ hash: string } | null>(network, 'eth_getBlockByNumber', [numberToHex(number), false])
  if (block === undefined) return false
  return block === null ? orderedUrls(network).length > 1 : block.hash !== hash
}

/** Corrects an inclusion: another block, attempt or outcome than was written. */
async function writeAgain(ctx: Ctx, transaction: Transaction.Transaction, receipt: MinedReceipt): Promise<undefined> {
  if (await reorganised(ctx, transaction))
    await recordInclusion(ctx, { ...transaction, reorgs: transaction.reorgs + 1 }, receipt)
}

function hashesOf({ attempts }: Transaction.Transaction): string[] {
  return attempts.map(({ hash }) => hash)
}

type Level = 'safe' | 'final' | 'reverted' | 'cancelled'

/**
 * The newly reached level; or, if two endpoints contradict what was written (one endpoint may have lied), the receipt
 * that they agree on.
 */
async function levelOf(
  transaction: Transaction.Transaction,
  heads: HeadCache,
): Promise<Level | MinedReceipt | undefined> {
  const blockNumber = transaction.blockNumber ?? 0n
  const final = await heads.final()
  if (final && final.number >= blockNumber) {
    const agreed = await agreedReceipt(transaction)
    if (agreed === 'as written') return endOf(transaction)
    if (agreed) return agreed
  }
  if (transaction.status === 'safe') return undefined
  const safe = await heads.safe()
  return safe && safe.number >= blockNumber ? 'safe' : undefined
}

function endOf(transaction: Transaction.Transaction): Level {
  if (Transaction.isCancelled(transaction)) return 'cancelled'
  return transaction.error === null ? 'final' : 'reverted'
}

/** A final state needs two endpoints with the same receipt, or the one that reported it if there are no more. */
async function agreedReceipt(transaction: Transaction.Transaction): Promise<'as written' | MinedReceipt | undefined> {
  const { network, hash, blockHash, error } = transaction
  if (orderedUrls(network).length === 1) return 'as written'
  const receipt = await findReceipt(network, hashesOf(transaction), (method, params) =>
    readAgreed(network, method, params),
  )
  if (!receipt) return undefined
  const isWritten = receipt.hash === hash && receipt.blockHash === blockHash && receipt.ok === (error === null)
  return isWritten ? 'as written' : receipt
}

/** A reached level, and the block that proves it. */
export type ReachedLevel = { transaction: Transaction.Transaction; level: Level }

/**
 * Its block is gone: back to submitted, without anything that the block said. `reorgs` informs everything that was
 * booked by it.
 * @returns false if another process has written that.
 */
async function reorganised(ctx: Ctx, { id, hash, blockHash, blockNumber }: Transaction.Transaction): Promise<boolean> {
  return withTransaction(async (tx) => {
    const moved = await tx.execute(sql`
      UPDATE transaction SET status = 'submitted', hash = NULL, block_number = NULL, block_hash = NULL, gas_used = NULL,
        gas_price = NULL, l1_fee_wei = NULL, drift = NULL, logs = NULL, error = NULL, included_at = NULL, safe_at = NULL, due_at = now(),
        reorgs = reorgs + 1
      WHERE id = ${id}::uuid AND block_hash = ${blockHash} AND status IN ('included', 'safe')`)
    if (moved === 1)
      await recordEvent(tx, ctx, {
        type: 'transaction.reorged',
        transactionId: id,
        data: { hash, blockNumber, blockHash },
      })
    return moved === 1
  })
}

/** Nodes may have dropped it from their pools, so the included bytes are sent again. */
async function sendAgain(ctx: Ctx, transaction: Transaction.Transaction): Promise<void> {
  const attempt = transaction.attempts.find(({ hash }) => hash === transaction.hash) ?? transaction.attempts.at(-1)
  if (!attempt) return
  const { hash, private: isPrivate } = attempt
  const raw = await loadBytes(hash)
  await broadcastAttempt(ctx, { ...transaction, status: 'submitted' }, { hash, raw, private: isPrivate })
}
