import { db, sql, type Tx } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { defaults, type SettlementTerms } from './SettlementTerms'

/** A policy with the row it came from; revision 0 where the merchant never touched it. */
export type StoredSettlementTerms = SettlementTerms & { merchantId: string; network: Caip2; revision: number }

type Row = SettlementTerms['schedule'] &
  SettlementTerms['limits'] & { merchantId: string; network: Caip2; revision: number }

/** Every policy that these merchants have written down. */
export async function findPolicies(merchantIds: readonly string[]): Promise<StoredSettlementTerms[]> {
  const rows = await db.query<Row>(
    sql`${select} WHERE merchant_id = ANY(${[...new Set(merchantIds)]}::uuid[]) ORDER BY merchant_id, network`,
  )
  return rows.map(toStored)
}

/** What holds for a merchant's channels of a network: its own policy, or the defaults. */
export async function findSettlementTerms(
  merchantId: string,
  network: Caip2,
  tx: Tx = db,
): Promise<StoredSettlementTerms> {
  const [row] = await tx.query<Row>(sql`${select} WHERE merchant_id = ${merchantId}::uuid AND network = ${network}`)
  return row ? toStored(row) : { merchantId, network, revision: 0, ...defaults }
}

const select = sql`
  SELECT merchant_id, network, revision, settle_units AS units, settle_amount_micros AS amount_micros,
    settle_interval_ms AS interval_ms, settle_exposure_micros AS exposure_micros, idle_close_ms::float8 AS idle_close_ms,
    excess_max_micros, min_deposit_micros, min_delta_micros,
    vouchers_per_second, channel_max_micros, payer_max_micros
  FROM channel_policy`

function toStored({ merchantId, network, revision, ...row }: Row): StoredSettlementTerms {
  return {
    merchantId,
    network,
    revision,
    schedule: {
      units: row.units,
      amountMicros: row.amountMicros,
      intervalMs: row.intervalMs,
      exposureMicros: row.exposureMicros,
      idleCloseMs: row.idleCloseMs,
      excessMaxMicros: row.excessMaxMicros,
    },
    limits: {
      minDepositMicros: row.minDepositMicros,
      minDeltaMicros: row.minDeltaMicros,
      vouchersPerSecond: row.vouchersPerSecond,
      channelMaxMicros: row.channelMaxMicros,
      payerMaxMicros: row.payerMaxMicros,
    },
  }
}
