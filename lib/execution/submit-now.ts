import type { Ctx } from '../ctx'
import { log } from '../log'
import { stayAlive } from '@/lib/db'
import { drive } from './drive'
import { takeOver } from './in-process'
import { claimOne } from './lease'

/**
 * Drives one queued transaction: lease, simulation, nonce and signature, stored attempt, broadcast. Returns when the node has
 * answered or nothing can be done now. Safe to call twice and from several processes: one of them holds the lease, the
 * others return at once. Never throws: what could not be done is done by `submitDue`.
 */
export async function submitNow(ctx: Ctx, id: string): Promise<void> {
  try {
    await stayAlive()
    const transaction = takeOver(id) ?? (await claimOne(id, 'submit'))
    if (transaction) await drive(ctx, transaction)
  } catch (error) {
    log().error({ err: error, transactionId: id, requestId: ctx.requestId }, 'a transaction could not be driven now')
  }
}
