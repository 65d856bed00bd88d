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
 * Takes one leased Solana transaction as far as it goes now: what is stored is sent; what is ours alone is simulated, priced and
 * signed on a fresh blockhash, stored and sent. The payer's was signed when it was queued.
 * @throws RpcError | TransportError | SignerError, which time may cure.
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
 * The payer chose the blockhash, so nobody told us how long it is valid: at the latest, as long as one of this moment. Written
 * before the bytes leave for the first time.
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
