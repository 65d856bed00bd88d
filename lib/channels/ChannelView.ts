import type { NetworkLabel, TokenLabel } from '@/lib/chains'
import type { ChannelState } from './ChannelFilter'

/** Channels as pages show them: plain data. Amounts are decimal strings of base units; times are ISO 8601. */

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
  /** Earned and not yet paid out. For a closed channel: lost. */
  atRiskBase: string
  /** Paid out beyond what was spent: the agent's credit. */
  prepaidBase: string
  units: string
  vouchers: string
  lastVoucherAt: string | null
  closeDeadlineAt: string | null
  /** A settlement is under way. */
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
  /** Reserved by requests that are being served now. */
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
  /** How long the payer waits after it asked the contract for its money, seconds. */
  graceSeconds: number
  seller: string
  /** The URL that the channel was opened at. */
  url: string
  /** Deposit minus what was spent. */
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
  /** The difference to the voucher before it. */
  stepBase: string
  signature: string
  chargedBase: string
  units: string
  failures: number
  /** The resource that it bought last; null if it only raised the credit. */
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
  /** The reason of the settlement, in words. */
  reason: string
  status: 'pending' | 'settled' | 'failed'
  network: NetworkLabel
  token: TokenLabel
  cumulativeBase: string
  spentBase: string
  /** Units and vouchers that this settlement pays for. */
  units: string
  vouchers: string
  paidBase: string | null
  error: string | null
  createdAt: string
  appliedAt: string | null
  /** Hash of the batch's transaction, once it is included. */
  hash: string | null
}

/** Totals over all channels of a reader. Amounts are micro-dollars as decimal strings. */
export type ChannelsSummary = {
  open: number
  /** Channels that are open, and channels that are closing because the payer or this server asked for it. */
  closing: number
  /** Deposits that are still in escrow. */
  escrowMicros: string
  /** Earned and not yet paid out. */
  atRiskMicros: string
  /** What the vouchers of live channels would pay beyond the settled amount. */
  unclaimedMicros: string
  /** Earned by channels that are closed, and never paid. */
  lostMicros: string
  parked: number
  nextDeadline: { channelId: string; at: string } | null
}
