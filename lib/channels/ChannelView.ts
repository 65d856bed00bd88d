import type { NetworkLabel, TokenLabel } from '@/lib/chains'
import type { ChannelState } from './ChannelFilter'

/** Channels as pages show them: plain data. Amounts are decimal strings of base units, times ISO 8601. */

export type ChannelListRow = {
  id: string
  createdAt: string
  state: ChannelState
  network: NetworkLabel
  token: TokenLabel
  payer: string
  resource: ChannelResource
  depositBase: string
  acceptedBase: string
  spentBase: string
  settledBase: string
  /** Earned and not yet paid out. Of a closed channel it is lost. */
  atRiskBase: string
  /** Paid out beyond what was spent: the agent's credit. */
  prepaidBase: string
  units: string
  vouchers: string
  lastVoucherAt: string | null
  closeDeadlineAt: string | null
  /** A settlement is on its way. */
  isSettling: boolean
  parkedReason: string | null
}

export type ChannelResource = { id: string; method: string; path: string; name: string; unitType: string }

export type ChannelDetail = ChannelListRow & {
  merchantId: string
  protocol: 'mpp' | 'x402'
  wire: string
  escrow: string
  payee: string
  operator: string
  signer: string
  /** Held by requests that are being served now. */
  reservedBase: string
  /** Of the highest voucher; null before the first. */
  acceptedSignature: string | null
  closeRequestedAt: string | null
  parkedUntil: string | null
  openTransactionId: string
  refundedBase: string | null
  openedAt: string | null
  lastSettledAt: string | null
  closedAt: string | null
  error: string | null
  topUps: TopUpView[]
}

/** A channel as its payer sees it. */
export type ChannelCredit = ChannelListRow & {
  protocol: string
  escrow: string
  /** How long after the payer asked the contract for its money it has to wait, seconds. */
  graceSeconds: number
  seller: string
  /** Where it was opened. */
  url: string
  /** Of the deposit, less what was spent. */
  leftBase: string
}

export type TopUpView = {
  transactionId: string
  hash: string
  amountBase: string
  createdAt: string
  appliedAt: string | null
  error: string | null
}

export type VoucherView = {
  cumulativeBase: string
  /** What it adds to the voucher before it. */
  stepBase: string
  signature: string
  chargedBase: string
  units: string
  failures: number
  /** What it bought last; null when it only raised the credit. */
  resource: Pick<ChannelResource, 'id' | 'method' | 'path'> | null
  upstreamStatus: number | null
  at: string
}

/** One channel's part of a settlement batch. */
export type ChannelSettlementView = {
  id: string
  batchId: string
  channelId: string
  payer: string
  kind: 'settle' | 'close'
  trigger: string
  /** Why it was due, in words. */
  reason: string
  status: 'pending' | 'settled' | 'failed'
  network: NetworkLabel
  token: TokenLabel
  cumulativeBase: string
  spentBase: string
  /** Units and vouchers that it pays for. */
  units: string
  vouchers: string
  paidBase: string | null
  error: string | null
  createdAt: string
  appliedAt: string | null
  /** Hash of its batch's transaction once that is included. */
  hash: string | null
}

/** All channels of a reader together. Amounts are micro-dollars as decimal strings. */
export type ChannelsSummary = {
  open: number
  /** Open, and closing at their payer's wish or ours. */
  closing: number
  /** Deposits that are still in escrow. */
  escrowMicros: string
  /** Earned and not yet paid out. */
  atRiskMicros: string
  /** What the vouchers of live channels would pay beyond what is settled. */
  unclaimedMicros: string
  /** Earned by channels that are gone, and never paid. */
  lostMicros: string
  parked: number
  nextDeadline: { channelId: string; at: string } | null
}
