import type { Ctx } from '../../ctx'
import { Svm } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import * as Attempt from '../Attempt'
import type * as Transaction from '../Transaction'
import { sendSvm } from './send-svm'
import { signSvm } from './sign-svm'
import { endSvm } from './end-svm'

/**
 * Takes one leased Solana transaction as far as possible now: stored bytes are sent; our own transaction is simulated,
 * priced, signed on a fresh blockhash, stored and sent. The payer's transaction was signed when it was queued.
 */
export async function driveSvm(ctx: Ctx, transaction: Transaction.Transaction): Promise<void> {
  const stored = Attempt.latest(transaction.attempts)
  if (stored) {
    await boundExpiry(transaction.network, stored)
    return sendSvm(ctx, transaction, stored.hash)
  }
  if (transaction.cancelReason !== null) return cancel(ctx, transaction, transaction.cancelReason)
  await signSvm(ctx, transaction)
}

/**
 * The payer chose the blockhash, so its expiry is unknown: at the latest it expires like a blockhash of now. Written
 * before the bytes are first sent.
 */
async function boundExpiry(network: Caip2, { hash, lastValidHeight }: Attempt.Attempt): Promise<void> {
  if (lastValidHeight !== null) return
  const latest = (await Svm.readBlockHeight(network)) + Svm.validBlocks
  await db.execute(
    sql`UPDATE attempt SET last_valid_height = ${latest} WHERE hash = ${hash} AND last_valid_height IS NULL`,
  )
}

/** Never signed, so nothing can have happened. */
async function cancel(ctx: Ctx, transaction: Transaction.Transaction, reason: string): Promise<void> {
  await endSvm(ctx, transaction, 'cancelled', reason)
}
