import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { log } from '../../log'
import { Chain, serveNetworks } from '@/lib/chains'
import { db, sql, stayAlive, type Sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { followHead, headsSeen } from './follow-heads'
import { findBusyNetworks } from './find-busy-networks'
import { createHeads, type HeadCache } from './heads'
import { columns, toTransaction, type TransactionRow } from '../transaction-row'
import { trackSvm } from '../svm/track-svm'
import { trackIncluded, type ReachedLevel } from './track-included'
import { riseAll } from './rise-all'
import { trackSubmitted } from './track-submitted'
import type * as Transaction from '../Transaction'

/** Transactions of each network in one claim. */
const share = 50
// A claimed row is hidden from others for this long, even if this process dies. Every change is guarded by the status
// as well.
const claimMs = 10_000

/** SQL condition: `trackDue` may have something to do: heads are followed while anything is under way. */
export const toTrack: Sql = sql`EXISTS (SELECT FROM transaction WHERE status IN ('submitted', 'included', 'safe'))`

/**
 * Tracks everything that was sent and is not final: finds receipts, resends and replaces what is stuck, follows
 * included -> safe -> final, and notices vanished blocks. Claims no rows after `budgetMs`. Returns the number claimed.
 * A chain that does not answer delays no other network. Any number of processes may run it at once.
 */
export async function trackDue(ctx: Ctx, budgetMs: number): Promise<number> {
  await stayAlive()
  const work = async (network: Caip2, claimed: readonly Transaction.Transaction[]) => {
    failpoint('after-track-claim')
    let heads: HeadCache | undefined
    const headsOf = () => (heads ??= headsSeen(network) ?? createHeads(network))
    const risen: ReachedLevel[] = []
    const next = await Promise.all(
      claimed.map(async (transaction) => {
        const found = await track(ctx, transaction, headsOf)
        if (typeof found !== 'object') return { id: transaction.id, delayMs: found }
        risen.push({ transaction, level: found.level })
        return { id: transaction.id, delayMs: found.delayMs }
      }),
    )
    await riseAll(ctx, risen)
    await reschedule(next)
  }
  const busy = await findBusyNetworks()
  const begin = async (network: Caip2) => {
    if (busy.has(network)) await followHead(network)
  }
  return serveNetworks({ claim, work, share, begin }, budgetMs)
}

/** One look at one transaction. Returns the delay until the next, ms; undefined if that is already written. */
async function track(
  ctx: Ctx,
  transaction: Transaction.Transaction,
  headsOf: () => HeadCache,
): ReturnType<typeof trackIncluded> {
  try {
    if (transaction.kind === 'svm') return await trackSvm(ctx, transaction)
    const heads = headsOf()
    return transaction.status === 'submitted'
      ? await trackSubmitted(ctx, transaction, heads)
      : await trackIncluded(ctx, transaction, heads)
  } catch (error) {
    log().warn(
      { err: error, transactionId: transaction.id, network: transaction.network },
      'a transaction could not be tracked',
    )
    return Chain.get(transaction.network).blockTimeMs * 2
  }
}

async function claim(networks: readonly Caip2[], most: number): Promise<Transaction.Transaction[]> {
  const rows = await db.query<TransactionRow>(sql`
    WITH due AS (
      SELECT d.id FROM unnest(${networks}::text[]) AS n(network), LATERAL (
        SELECT t.id FROM transaction t
        WHERE t.network = n.network AND t.status IN ('submitted', 'included', 'safe') AND t.due_at <= now()
        ORDER BY t.due_at LIMIT ${most} FOR UPDATE SKIP LOCKED) AS d)
    UPDATE transaction t SET due_at = now() + make_interval(secs => ${claimMs / 1000}) FROM due WHERE t.id = due.id
    RETURNING ${columns}`)
  return rows.map(toTransaction)
}

/** One statement for the whole round. */
async function reschedule(next: readonly { id: string; delayMs: number | undefined }[]): Promise<void> {
  const known = next.filter(({ delayMs }) => delayMs !== undefined)
  if (known.length === 0) return
  await db.execute(sql`
    UPDATE transaction t SET due_at = now() + make_interval(secs => n.delay_ms / 1000)
    FROM unnest(${known.map(({ id }) => id)}::uuid[], ${known.map(({ delayMs }) => delayMs)}::float8[]) AS n(id, delay_ms)
    WHERE t.id = n.id AND t.status IN ('submitted', 'included', 'safe')`)
}
