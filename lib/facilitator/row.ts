import type * as CallerLimits from './CallerLimits'

export type LimitRow = {
  requests_per_second: number
  gas_nano_per_day: bigint
  amount_micros_per_day: bigint
  networks: string[]
  assets: string[]
}

export function toLimits(row: LimitRow): CallerLimits.CallerLimits {
  return {
    requestsPerSecond: row.requests_per_second,
    gasNanoPerDay: row.gas_nano_per_day,
    amountMicrosPerDay: row.amount_micros_per_day,
    networks: row.networks,
    assets: row.assets,
  }
}
