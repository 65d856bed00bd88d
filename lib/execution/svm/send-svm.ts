import type { Ctx } from '../../ctx'
import { broadcastAttempt } from '../broadcast-attempt'
import { loadBytes } from '../load-bytes'
import type * as Transaction from '../Transaction'

/** Sends stored bytes, for the first time or again. Safe to repeat. */
export async function sendSvm(ctx: Ctx, transaction: Transaction.Transaction, hash: string): Promise<void> {
  await broadcastAttempt(ctx, transaction, { hash, raw: await loadBytes(hash), private: false })
}
