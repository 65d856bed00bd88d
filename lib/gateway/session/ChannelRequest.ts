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

/** A request paid by a channel, with every check done that does not need the channel's row. */
export type ChannelRequest = {
  pricedRequest: PricedRequest
  /** The protocol of its credential. */
  by: ChannelProtocol.ChannelProtocol
  known: ChannelIdentity
  terms: ChannelProtocol.ChannelTerms
  /** The voucher in its credential. */
  voucher: CreditRequest['voucher']
  amounts: ChannelAmounts
  /** Hash of the transaction that opened or funded the channel for this request. */
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

/**
 * Reads the current limits for a merchant's channels. The smallest voucher step is the one in the challenge, or a lower
 * current one.
 */
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

/** The credit request of a session. Without a voucher if it was already accepted. */
export function toCreditRequest({ by, known, voucher, amounts }: ChannelRequest, amountBase: bigint): CreditRequest {
  const { limits, minDeltaBase, channelMaxBase, payerMaxBase } = amounts
  const { vouchersPerSecond } = limits
  // In protocols without streams, a voucher pays only for the request that carries it.
  const isForItself = !by.managesByRequest
  const held = { minDeltaBase, vouchersPerSecond, channelMaxBase, payerMaxBase }
  return { channelId: known.id, voucher, amountBase, isForItself, ...held }
}
