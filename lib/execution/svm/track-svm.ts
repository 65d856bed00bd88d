import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { Chain, Svm } from '@/lib/chains'
import { sql, withTransaction } from '@/lib/db'
import * as Attempt from '../Attempt'
import { claimOne } from '../claim-one'
import { release } from '../release'
import { signSvm } from './sign-svm'
import { sendSvm } from './send-svm'
import { findSvmStatus } from './find-svm-status'
import { forgetSvmInclusion } from './forget-svm-inclusion'
import { noteSvmStatus } from './note-svm-status'
import type * as Transaction from '../Transaction'

/** Blocks before the same bytes are sent again: nodes drop what they cannot forward. */
const resendBlocks = 5

/**
 * One look at a sent Solana transaction: the status of its attempts; if none is in a block, whether their blockhash has
 * expired; else it sends the stored bytes again. Returns the delay until the next look, ms; undefined if that is
 * already written.
 */
export async function trackSvm(ctx: Ctx, transaction: Transaction.Transaction): Promise<number | undefined> {
  const { network, attempts, status } = transaction
  const { blockTimeMs } = Chain.get(network)
  const found = await findSvmStatus(
    network,
    attempts.map(({ hash }) => hash),
  )
  if (found) {
    await noteSvmStatus(ctx, transaction, found.hash, found.status)
    return blockTimeMs * 2
  }
  const latest = Attempt.latest(attempts)
  if (!latest || latest.lastValidHeight === null) throw new Error(`${transaction.id} was sent without bytes`)
  if (status !== 'submitted') {
    if (!(await Svm.isUnknown(network, transaction.hash ?? latest.hash))) return blockTimeMs
    await forgetSvmInclusion(ctx, transaction)
    return void (await sendSvm(ctx, { ...transaction, status: 'submitted' }, transaction.hash ?? latest.hash))
  }
  if (await Svm.isExpired(network, latest.hash, latest.lastValidHeight)) return conclude(ctx, transaction)
  if (latest.sentAgeMs !== null && latest.sentAgeMs <= resendBlocks * blockTimeMs) return blockTimeMs
  return void (await sendSvm(ctx, transaction, latest.hash))
}

/** Its last attempt can never run: a payer's transaction ends, ours is signed again on a new blockhash. */
async function conclude(ctx: Ctx, transaction: Transaction.Transaction): Promise<number | undefined> {
  const { instructions, cancelReason, attempts } = transaction
  if (!instructions) return expire(ctx, transaction, 'Its blockhash expired before it was included.')
  if (cancelReason !== null) return expire(ctx, transaction, cancelReason)
  const leased = await claimOne(transaction.id, 'replace')
  if (!leased) return undefined
  // Another driver signed for it since it was read.
  if (leased.attempts.length !== attempts.length) await release(leased, 0)
  else await signSvm(ctx, leased)
  return undefined
}

async function expire(ctx: Ctx, { id, epoch, attempts }: Transaction.Transaction, reason: string): Promise<undefined> {
  const lastValidHeight = Attempt.latest(attempts)?.lastValidHeight ?? null
  await withTransaction(async (tx) => {
    const ended = await tx.execute(sql`
      UPDATE transaction SET status = 'expired', error = ${reason}, lease_until = NULL
      WHERE id = ${id}::uuid AND status = 'submitted' AND epoch = ${epoch}`)
    const data = { reason, lastValidHeight, proof: 'a finalized block is higher, and no endpoint knows its signature' }
    if (ended === 1) await recordEvent(tx, ctx, { type: 'transaction.expired', transactionId: id, data })
  })
}
