import type { Network, PaymentRequirements } from '@x402/core/types'
import { BatchSettlement, chains, Escrow } from '@/lib/chains'
import type { ChannelProtocol } from '@/lib/channels'
import { Amount, type Asset, type Caip2 } from '@/lib/money'
import { Quote } from '@/lib/pricing'
import type { X402Config } from '../Scheme'

export const scheme = 'batch-settlement'

/** How long we have to claim after a payer asked for its money back: as a worker may be down that long. An agent that is in a hurry asks us for a refund. */
export const withdrawDelay = 60 * 60

/** One network on which a channel can pay a quote. */
export type BatchOffer = {
  network: Caip2
  asset: Asset & Required<Pick<Asset, 'eip712'>>
  payTo: string
  /** The price; the most of it where it is metered. */
  amountBase: bigint
  /** Who claims and refunds: our settlement signer. */
  receiverAuthorizer: string
}

/** The networks of a quote whose escrow we can settle, in the quote's order. */
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

/** What comes back in a client's echo as it was: everything but hints and state. */
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
 * The entries of `accepts`. The official client refunds, and resynchronises, by the first of them, whatever its network: so the one that
 * brings a channel's state stands first, and else they stand in the registry's order.
 */
export function accepts(
  quote: Quote.Quote,
  quoteToken: string,
  sells: ChannelProtocol.ChannelOffer | undefined,
  config: Pick<X402Config, 'serves' | 'operatorOn'>,
): PaymentRequirements[] {
  // A single payment must not buy an endless stream, and nothing here pays for one piece by piece.
  if (!sells || sells.alone) return []
  const rank = ({ network }: BatchOffer) =>
    isOf(network, sells.snapshot) ? -1 : chains.findIndex((chain) => chain.network === network)
  return offers(quote, config)
    .toSorted((one, other) => rank(one) - rank(other))
    .map((offer) => toAccepts(offer, quoteToken, sells))
}

/** One of them; with the channel's state where a voucher of it was just refused, so that the client can go on. */
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

/** What the official client resynchronises by: what was charged, and its own signature as the proof that it agreed. */
function toState(snapshot: ChannelProtocol.ChannelSnapshot): Record<string, unknown> {
  const { channelId, depositBase, settledBase, spentBase, acceptedBase, acceptedSignature: signature } = snapshot
  const chargedBase = spentBase > settledBase ? spentBase : settledBase
  return {
    channelState: channelState({ channelId, depositBase, settledBase, chargedBase }),
    ...(signature && { voucherState: { signedMaxClaimable: acceptedBase.toString(), signature } }),
  }
}

/** A channel in the protocol's words. It is told of channels only whose payer did not ask for its money back. */
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

/** Our code of a refusal in the scheme's words; undefined where it has none. */
export function wordOf(code: string): string | undefined {
  return errors[code] && `${prefix}${errors[code]}`
}

/**
 * `error` of the demand where a channel's state goes with it: the only word that makes the official client resynchronise is that of
 * a stale total. Undefined where none does.
 */
export function errorOf({ snapshot }: ChannelProtocol.ChannelOffer): string | undefined {
  return snapshot && isOf(snapshot.network, snapshot) ? `${prefix}cumulative_amount_mismatch` : undefined
}
