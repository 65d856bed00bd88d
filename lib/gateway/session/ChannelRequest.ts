import { Chain } from '@/lib/chains'
import {
  loadSettlementTerms,
  type ChannelIdentity,
  type SettlementTerms,
  type ChannelProtocol,
  type CreditRequest,
} from '@/lib/channels'
import { Amount } from '@/lib/money'
import type { PricedRequest } from '../PricedRequest'

/** A request that a channel pays for, checked as far as it can be without the channel's row. */
export type ChannelRequest = {
  pricedRequest: PricedRequest
  /** Whose credential it came by. */
  by: ChannelProtocol.ChannelProtocol
  known: ChannelIdentity
  terms: ChannelProtocol.ChannelTerms
  /** The voucher that it brings. */
  voucher: CreditRequest['voucher']
  amounts: ChannelAmounts
  /** Of the transaction that opened the channel for this request. */
  txHash?: `0x${string}` | undefined
}

/** The merchant's limits in base units of the channel's token. */
export type ChannelAmounts = {
  limits: SettlementTerms.ChannelLimits
  minDepositBase: bigint
  minDeltaBase: bigint
  channelMaxBase: bigint | null
  payerMaxBase: bigint | null
}

/** The limits that hold for a merchant's channels now; the smallest step is what the challenge said, or less. */
export async function toAmounts(
  { resource }: PricedRequest,
  terms: ChannelProtocol.ChannelTerms,
): Promise<ChannelAmounts> {
  const { limits } = await loadSettlementTerms(resource.merchantId, terms.network)
  const decimals = Chain.findAsset(terms.network, terms.asset)?.decimals ?? 6
  const toBase = (micros: bigint) => Amount.microsToBase(micros, decimals)
  const minDeltaBase = toBase(limits.minDeltaMicros)
  return {
    limits,
    minDepositBase: toBase(limits.minDepositMicros),
    minDeltaBase: minDeltaBase < terms.minDeltaBase ? minDeltaBase : terms.minDeltaBase,
    channelMaxBase: limits.channelMaxMicros === null ? null : toBase(limits.channelMaxMicros),
    payerMaxBase: limits.payerMaxMicros === null ? null : toBase(limits.payerMaxMicros),
  }
}

/** What a session wants held of its channel; without its voucher when that was taken before. */
export function toWanted({ by, known, voucher, amounts }: ChannelRequest, amountBase: bigint): CreditRequest {
  const { limits, minDeltaBase, channelMaxBase, payerMaxBase } = amounts
  const { vouchersPerSecond } = limits
  // Without streams, a voucher is for the request that it comes with.
  const isForItself = !by.managesByRequest
  const held = { minDeltaBase, vouchersPerSecond, channelMaxBase, payerMaxBase }
  return { channelId: known.id, voucher, amountBase, isForItself, ...held }
}
