import type { Network, PaymentRequirements } from '@x402/core/types'
import { BatchSettlement, chains, Escrow } from '@/lib/chains'
import type { ChannelProtocol } from '@/lib/channels'
import { Amount, type Asset, type Caip2 } from '@/lib/money'
import { Quote } from '@/lib/pricing'
import type { X402Config } from '../Scheme'

export const scheme = 'batch-settlement'

/**
 * Seconds that we have to claim after a payer requests a withdrawal. An hour, because a worker may be down that long.
 * An agent in a hurry can request a refund from us instead.
 */
export const withdrawDelay = 60 * 60

/** One network on which a channel can pay a quote. */
export type BatchOffer = {
  network: Caip2
  asset: Asset & Required<Pick<Asset, 'eip712'>>
  payTo: string
  /** The price in base units; the maximum if the resource is metered. */
  amountBase: bigint
  /** Our settlement signer, which claims and refunds. */
  receiverAuthorizer: string
}

/** The networks of a quote on which we can settle the escrow, in the quote's order. */
export function offers(
  quote: Quote.Quote,
  { serves, operatorOn }: Pick<X402Config, 'serves' | 'operatorOn'>,
): BatchOffer[] {
  return quote.payouts.flatMap(({ network, payTo }) => {
    if (Escrow.kindOn(network) !== 'batch-settlement' || !serves(network)) return []
    const receiverAuthorizer = operatorOn?.(network)
    const assets: readonly Asset[] = chains.find((chain) => chain.network === network)?.assets ?? []
    const asset = assets.find((candidate): candidate is BatchOffer['asset'] => candidate.eip712 !== undefined)
    if (!receiverAuthorizer || !asset) return []
    const amountBase = Amount.microsToBase(quote.priceMicros, asset.decimals)
    return [{ network, asset, payTo, amountBase, receiverAuthorizer }]
  })
}

/** The part of a requirement that the client echoes unchanged: everything except hints and state. */
export function toRequired(offer: BatchOffer, quoteToken: string): PaymentRequirements {
  const { network, asset, payTo, amountBase, receiverAuthorizer } = offer
  return {
    scheme,
    network: network as Network,
    amount: amountBase.toString(),
    asset: asset.address,
    payTo,
    maxTimeoutSeconds: Quote.lifetimeMs / 1000,
    extra: { ...asset.eip712, receiverAuthorizer, withdrawDelay, quote: quoteToken },
  }
}

/**
 * The entries of `accepts`. The official client refunds and resynchronises by the first entry, whatever its network.
 * So the entry with a channel's state comes first; the others follow the registry's order.
 */
export function accepts(
  quote: Quote.Quote,
  quoteToken: string,
  sells: ChannelProtocol.ChannelOffer | undefined,
  config: Pick<X402Config, 'serves' | 'operatorOn'>,
): PaymentRequirements[] {
  // A single payment must not buy an endless stream, and this scheme does not pay for a stream in parts.
  if (!sells || sells.alone) return []
  const rank = ({ network }: BatchOffer) =>
    isOf(network, sells.snapshot) ? -1 : chains.findIndex((chain) => chain.network === network)
  return offers(quote, config)
    .toSorted((one, other) => rank(one) - rank(other))
    .map((offer) => toAccepts(offer, quoteToken, sells))
}

/**
 * One entry. Carries the channel's state if a voucher of that channel was just refused, so that the client can
 * continue.
 */
function toAccepts(offer: BatchOffer, quoteToken: string, sells: ChannelProtocol.ChannelOffer): PaymentRequirements {
  const { network, asset, amountBase } = offer
  const required = toRequired(offer, quoteToken)
  const leastBase = Amount.microsToBase(sells.minDepositMicros, asset.decimals)
  const wantedBase = amountBase * BigInt(sells.depositUnits)
  const minDeposit = (wantedBase > leastBase ? wantedBase : leastBase).toString()
  const state = isOf(network, sells.snapshot) ? toState(sells.snapshot) : {}
  return { ...required, extra: { ...required.extra, minDeposit, ...state } }
}

export function isOf(
  network: Caip2,
  snapshot: ChannelProtocol.ChannelSnapshot | undefined,
): snapshot is ChannelProtocol.ChannelSnapshot {
  return snapshot?.network === network && snapshot.escrow === BatchSettlement.address
}

/**
 * The state by which the official client resynchronises: the charged total, and its own signature as proof of
 * consent.
 */
function toState(snapshot: ChannelProtocol.ChannelSnapshot): Record<string, unknown> {
  const { channelId, depositBase, settledBase, spentBase, acceptedBase, acceptedSignature: signature } = snapshot
  const chargedBase = spentBase > settledBase ? spentBase : settledBase
  return {
    channelState: channelState({ channelId, depositBase, settledBase, chargedBase }),
    ...(signature && { voucherState: { signedMaxClaimable: acceptedBase.toString(), signature } }),
  }
}

/** A channel's state in the scheme's terms. Only for channels whose payer has not requested a withdrawal. */
export function channelState(of: {
  channelId: string
  depositBase: bigint
  settledBase: bigint
  chargedBase: bigint
}): Record<string, unknown> {
  return {
    channelId: of.channelId,
    balance: of.depositBase.toString(),
    totalClaimed: of.settledBase.toString(),
    withdrawRequestedAt: 0,
    chargedCumulativeAmount: of.chargedBase.toString(),
  }
}

const prefix = 'invalid_batch_settlement_evm_'

const errors: Record<string, string> = {
  'channel-busy': 'channel_busy',
  'channel-deposit-too-small': 'deposit_below_min_deposit',
  'session-amount-exceeds-deposit': 'cumulative_exceeds_balance',
  'session-invalid-signature': 'voucher_signature',
  'session-signer-mismatch': 'voucher_signature',
}

/** The scheme's code for one of our error codes; undefined if it has none. */
export function wordOf(code: string): string | undefined {
  return errors[code] && `${prefix}${errors[code]}`
}

/**
 * `error` of the 402 if it carries a channel's state; else undefined. The official client resynchronises only on the
 * error of a stale total.
 */
export function errorOf({ snapshot }: ChannelProtocol.ChannelOffer): string | undefined {
  return snapshot && isOf(snapshot.network, snapshot) ? `${prefix}cumulative_amount_mismatch` : undefined
}
