import { sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { type SettlementTerms } from './SettlementTerms'

/** Terms with the row that they come from; revision 0 for the defaults. */
export type StoredSettlementTerms = SettlementTerms & { merchantId: string; network: Caip2; revision: number }

export type SettlementTermsRow = SettlementTerms['schedule'] &
  SettlementTerms['limits'] & { merchantId: string; network: Caip2; revision: number }

export const selectTerms = sql`
  SELECT merchant_id, network, revision, settle_units AS units, settle_amount_micros AS amount_micros,
    settle_interval_ms AS interval_ms, settle_exposure_micros AS exposure_micros, idle_close_ms::float8 AS idle_close_ms,
    excess_max_micros, min_deposit_micros, min_delta_micros,
    vouchers_per_second, channel_max_micros, payer_max_micros
  FROM channel_policy`

export function toStored({ merchantId, network, revision, ...row }: SettlementTermsRow): StoredSettlementTerms {
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
