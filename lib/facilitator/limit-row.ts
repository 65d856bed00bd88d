import type * as CallerLimits from './CallerLimits'

export type LimitRow = {
  requestsPerSecond: number
  gasNanoPerDay: bigint
  amountMicrosPerDay: bigint
  networks: string[]
  assets: string[]
}

export function toLimits(row: LimitRow): CallerLimits.CallerLimits {
  return {
    requestsPerSecond: row.requestsPerSecond,
    gasNanoPerDay: row.gasNanoPerDay,
    amountMicrosPerDay: row.amountMicrosPerDay,
    networks: row.networks,
    assets: row.assets,
  }
}
