import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { serveNetworks } from '@/lib/chains'
import { sql, stayAlive, type Sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { drive } from './drive'
import { isFree } from '../lease'
import { claimDue } from '../claim-due'
import { stopSequences } from './stop-sequences'
import type * as Transaction from '../Transaction'

/** Transactions of each network in one claim. */
const share = 16

/** SQL condition: `submitDue` may have something to do. A later call of an intent is given up as soon as an earlier one failed. */
export const toSubmit: Sql = sql`EXISTS (
  SELECT FROM transaction t
  WHERE t.status IN ('queued', 'held', 'signed') AND ((t.due_at <= now() AND ${isFree}) OR t.position > 0))`

/**
 * Drives every transaction that waits for submission: queued ones, held ones that are due, and those whose driver died
 * between signing and sending. Claims none after `budgetMs`. Returns the number claimed. A chain that does not answer
 * delays no other network. Any number of processes may run it at once.
 */
export async function submitDue(ctx: Ctx, budgetMs: number): Promise<number> {
  await stayAlive()
  await stopSequences(ctx)
  const work = async (_: Caip2, claimed: readonly Transaction.Transaction[]) => {
    await Promise.all(
      claimed.map((transaction) =>
        drive(ctx, transaction).catch((error: unknown) =>
          log().error({ err: error, transactionId: transaction.id }, 'a transaction could not be driven'),
        ),
      ),
    )
  }
  return serveNetworks({ claim: claimDue, work, share }, budgetMs)
}
