import type { Reader } from '../../ctx'
import { db, sql } from '@/lib/db'
import { listBalances } from './list-balances'
import { listReconciliations } from './list-reconciliations'

/** Problems that need attention, by kind; kinds without any are left out. */
export type OpenProblem = {
  kind:
    | 'settlement-unknown'
    | 'refund-due'
    | 'channel-deadline'
    | 'channel-parked'
    | 'payout-owed'
    | 'transaction-held'
    | 'transaction-stuck'
    | 'books-differ'
    | 'payer-asked'
  count: number
}

/** What normally takes seconds is a problem after this. */
const patience = '1 minute'

type Counts = Record<'unknown' | 'refunds' | 'deadlines' | 'parked' | 'payouts' | 'held' | 'stuck' | 'asked', number>

/** Counts the reader's open problems. Reads only. */
export async function findProblems(reader: Reader): Promise<OpenProblem[]> {
  const mine = sql`(${reader.operator} OR merchant_id = ${reader.merchantId}::uuid)`
  // A transaction belongs to every merchant with a part in it. Execution itself knows no merchants.
  const part = sql`(${reader.operator} OR EXISTS (
    SELECT FROM transaction_part x WHERE x.transaction_id = t.id AND x.merchant_id = ${reader.merchantId}::uuid))`
  const [[counts], reconciliations] = await Promise.all([
    db.query<Counts>(sql`
      SELECT
        (SELECT count(*)::int FROM payment
          WHERE settlement = 'pending' AND created_at < now() - ${patience}::interval AND ${mine}) AS unknown,
        (SELECT count(*)::int FROM refund WHERE status IN ('due', 'sent') AND ${mine}) AS refunds,
        (SELECT count(*)::int FROM channel
          WHERE status = 'open' AND close_requested_at < now() - ${patience}::interval AND spent_base > settled_base
            AND ${mine}) AS deadlines,
        (SELECT count(*)::int FROM channel
          WHERE status = 'open' AND parked_reason IS NOT NULL AND ${mine}) AS parked,
        (SELECT count(*)::int FROM channel_payout WHERE owed_since < now() - ${patience}::interval AND ${mine}) AS payouts,
        (SELECT count(*)::int FROM transaction t WHERE t.status = 'held' AND ${part}) AS held,
        (SELECT count(*)::int FROM transaction t
          WHERE t.status IN ('queued', 'signed', 'submitted') AND t.created_at < now() - ${patience}::interval
            AND ${part}) AS stuck,
        (SELECT count(*)::int FROM payer_request WHERE answered_at IS NULL AND ${mine}) AS asked`),
    listReconciliations(reader),
  ])
  const differences = reconciliations.some(({ differenceBase }) => differenceBase !== '0')
    ? await countUnexplained(reader)
    : 0
  const found: OpenProblem[] = [
    { kind: 'settlement-unknown', count: counts?.unknown ?? 0 },
    { kind: 'refund-due', count: counts?.refunds ?? 0 },
    { kind: 'channel-deadline', count: counts?.deadlines ?? 0 },
    { kind: 'channel-parked', count: counts?.parked ?? 0 },
    { kind: 'payout-owed', count: counts?.payouts ?? 0 },
    { kind: 'transaction-held', count: counts?.held ?? 0 },
    { kind: 'transaction-stuck', count: counts?.stuck ?? 0 },
    { kind: 'books-differ', count: differences },
    { kind: 'payer-asked', count: counts?.asked ?? 0 },
  ]
  return found.filter(({ count }) => count > 0)
}

/** Differences that payments or refunds on their way explain are no problem: the next comparisons settle them. */
async function countUnexplained(reader: Reader): Promise<number> {
  return (await listBalances(reader)).filter(({ mark }) => mark === 'differs').length
}
