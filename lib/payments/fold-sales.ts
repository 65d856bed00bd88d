import { db, sql, type Sql } from '@/lib/db'
import { failpoint } from '../failpoint'

/** Rows that one statement folds. */
const foldedMax = 20_000

/** Whether there is anything to fold. */
export const toFold: Sql = sql`EXISTS (SELECT FROM sale_delta)`

/**
 * Moves recent sales into the sums of their hour and payer: one statement deletes the rows that triggers wrote with the sales,
 * and adds them to the sums. Pages read both. Any number of processes may run it; of two at the same moment one does nothing.
 * @returns how many rows were moved.
 */
export async function foldSales(isLate: () => boolean = () => false): Promise<number> {
  for (let folded = 0; ;) {
    const count = await foldSome()
    failpoint('after-commit')
    folded += count
    if (count < foldedMax || isLate()) return folded
  }
}

async function foldSome(): Promise<number> {
  const [row] = await db.query<{ folded: number }>(sql`
      WITH free AS (SELECT pg_try_advisory_xact_lock(hashtext('fold-sales')) AS is_ours),
      taken AS (
        DELETE FROM sale_delta WHERE id IN (
          SELECT id FROM sale_delta WHERE (SELECT is_ours FROM free) ORDER BY id LIMIT ${foldedMax})
        RETURNING *
      ), hours AS (
        INSERT INTO sale_hour AS s (merchant_id, hour, resource_id, network, asset, sold, answered, base)
        SELECT merchant_id, date_trunc('hour', at, 'UTC'), resource_id, network, asset, sum(sold), sum(answered), sum(base)
        FROM taken GROUP BY 1, 2, 3, 4, 5
        ON CONFLICT (merchant_id, hour, resource_id, network, asset) DO UPDATE
          SET sold = s.sold + EXCLUDED.sold, answered = s.answered + EXCLUDED.answered, base = s.base + EXCLUDED.base
      ), payers AS (
        INSERT INTO payer_sum AS s (merchant_id, payer, network, asset, protocol, calls, failed, base, first_at, last_at)
        SELECT merchant_id, payer, network, asset, protocol, sum(calls), sum(failed), sum(base), min(at), max(at)
        FROM taken WHERE payer IS NOT NULL GROUP BY 1, 2, 3, 4, 5
        ON CONFLICT (merchant_id, payer, network, asset, protocol) DO UPDATE
          SET calls = s.calls + EXCLUDED.calls, failed = s.failed + EXCLUDED.failed, base = s.base + EXCLUDED.base,
            first_at = least(s.first_at, EXCLUDED.first_at), last_at = greatest(s.last_at, EXCLUDED.last_at)
      )
      SELECT count(*)::int AS folded FROM taken`)
  return row?.folded ?? 0
}
