import { sql, type Sql } from '@/lib/db'
import { defaults } from './SettlementTerms'

/** The most channels of one kind that one pass over a network handles. */
export const dueMax = 1_000

const isLeftAlone: Sql = sql`(c.parked_until > now() OR c.apart_until > now() OR (c.tries > 0 AND c.next_due_at > now()))`

export const selectDue: Sql = sql`
  SELECT c.id, c.merchant_id, c.network, c.asset, c.payee, c.units - c.settled_units AS units,
    channel_risk(c.status, c.spent_base, c.settled_base, c.decimals) AS amount_micros, (
      SELECT coalesce(sum(x.micros), 0) FROM channel_exposure x
      WHERE x.merchant_id = c.merchant_id AND x.network = c.network) AS exposure_micros,
    coalesce(c.last_settled_at, c.opened_at, c.created_at) AS since_at,
    coalesce(c.last_voucher_at, c.opened_at, c.created_at) AS last_voucher_at, c.close_deadline_at, now()
  FROM channel c`

/** Pairs of merchant and network whose channels together have too much unsettled value. */
export function selectExposed(where: Sql): Sql {
  return sql`
    SELECT x.merchant_id, x.network FROM channel_exposure x
      LEFT JOIN channel_policy p ON p.merchant_id = x.merchant_id AND p.network = x.network
    WHERE ${where} GROUP BY x.merchant_id, x.network, p.merchant_id, p.settle_exposure_micros
    HAVING sum(x.micros) >= CASE WHEN p.merchant_id IS NULL THEN ${defaults.schedule.exposureMicros} ELSE p.settle_exposure_micros END`
}

export const ofExposed: Sql = sql`c.merchant_id = exposed.merchant_id AND c.network = exposed.network AND c.is_unsettled
  AND c.settlement_id IS NULL AND c.close_requested_at IS NULL AND ${isLeftAlone} IS NOT TRUE`
