import { db, sql, type Sql } from '@/lib/db'
import { type OwedPayout, askMsMax, againMs } from './OwedPayout'

/** Claims rows for this process: other processes skip them until they are due again. */
export function claimOwed(which: Sql, lock: Sql): Promise<OwedPayout[]> {
  return db.query<OwedPayout>(sql`
    WITH mine AS (
      SELECT merchant_id, network, payee, asset FROM channel_payout WHERE ${which}
      ORDER BY due_at ${lock})
    UPDATE channel_payout c SET due_at = now() + make_interval(secs => ${(askMsMax + againMs) / 1000})
    FROM mine m WHERE (c.merchant_id, c.network, c.payee, c.asset) = (m.merchant_id, m.network, m.payee, m.asset)
    RETURNING c.merchant_id, c.network, c.payee, c.asset, c.asked_id,
      extract(epoch FROM now() - c.asked_at)::float8 * 1000 AS asked_ago_ms, c.asked_base, c.said_paid, c.tries,
      EXISTS (SELECT FROM transaction t WHERE t.id = c.transaction_id AND t.status IN ('queued', 'held', 'signed', 'submitted'))
        AS is_on_its_way`)
}
