/**
 * When a merchant's channels on one network are settled, and what agents may do with them. Amounts are micro-dollars; null
 * switches a rule off.
 */
export type SettlementTerms = { schedule: SettlementSchedule; limits: ChannelLimits }

/** A channel is settled when the first of these is reached, and always before the deadline of a requested close. */
export type SettlementSchedule = {
  /** Units delivered since the last settlement. */
  units: number | null
  /** Spent since the last settlement. */
  amountMicros: bigint | null
  /** Age of the oldest unsettled value. */
  intervalMs: number | null
  /** The unsettled value of all the merchant's channels on the network. */
  exposureMicros: bigint | null
  /** A channel that gets no voucher for this long is settled and closed. */
  idleCloseMs: number | null
  /** The most that a voucher may exceed the spent amount when it is settled: the contract pays whole vouchers. */
  excessMaxMicros: bigint
}

export type ChannelLimits = {
  minDepositMicros: bigint
  minDeltaMicros: bigint
  vouchersPerSecond: number | null
  /** Spent and not settled, by one channel and by all channels of one payer. */
  channelMaxMicros: bigint | null
  payerMaxMicros: bigint | null
}

/** The terms of a merchant who never changed them: at most a dollar at risk for an hour, and room for every honest agent. */
export const defaults: SettlementTerms = {
  schedule: {
    units: null,
    amountMicros: 1_000_000n,
    intervalMs: 60 * 60_000,
    exposureMicros: 50_000_000n,
    idleCloseMs: 30 * 24 * 60 * 60_000,
    excessMaxMicros: 100_000n,
  },
  limits: {
    minDepositMicros: 10_000n,
    minDeltaMicros: 0n,
    vouchersPerSecond: 200,
    channelMaxMicros: 100_000_000n,
    payerMaxMicros: null,
  },
}
