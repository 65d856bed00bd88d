/**
 * When a merchant's channels of one network are settled, and what is taken of agents. Amounts are micro-dollars; null
 * switches a rule off.
 */
export type SettlementTerms = { schedule: SettlementSchedule; limits: ChannelLimits }

/** Settle when the first of these is reached; before a requested close's deadline in any case. */
export type SettlementSchedule = {
  /** Units delivered since the last settlement. */
  units: number | null
  /** Spent since the last settlement. */
  amountMicros: bigint | null
  /** Age of the oldest value that is not settled. */
  intervalMs: number | null
  /** Unsettled value of all the merchant's channels on the network together. */
  exposureMicros: bigint | null
  /** Without a voucher for this long a channel is settled and closed. */
  idleCloseMs: number | null
  /** Most that a voucher may exceed what was spent when it is settled: the contract takes whole vouchers. */
  excessMaxMicros: bigint
}

export type ChannelLimits = {
  minDepositMicros: bigint
  minDeltaMicros: bigint
  vouchersPerSecond: number | null
  /** Spent beyond what is settled, by one channel and by all channels of one payer. */
  channelMaxMicros: bigint | null
  payerMaxMicros: bigint | null
}

/** What holds for a merchant who never touched it: a dollar at risk at most for an hour, and room for every honest agent. */
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
