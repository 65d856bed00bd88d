import { PaymentRequest } from 'mppx'
import { Methods, type Session } from 'mppx/tempo'
import type { Address } from 'viem'
import { Escrow, Reserve } from '@/lib/chains'
import type { ChannelProtocol } from '@/lib/channels'
import { Amount, Caip } from '@/lib/money'
import type { Quote } from '@/lib/pricing'
import * as Charge from '../Challenge'
import type { MppConfig } from '../MppConfig'

/** One network on which a session can open. The operator may settle it. */
export type SessionOffer = Omit<Charge.ChainOffer, 'method' | 'intent'> & {
  method: 'tempo'
  intent: 'session'
  operator: Address
  sells: ChannelProtocol.ChannelOffer
}

/** The members of a session challenge's request, as mppx's schema writes them. */
export type SessionRequest = {
  /** Price of one unit, in base units. */
  amount: string
  unitType: string
  suggestedDeposit?: string
  currency: string
  recipient: string
  methodDetails: {
    chainId: number
    escrowContract: string
    operator: string
    sessionProtocol: 'v2'
    minVoucherDelta?: string
    sessionSnapshot?: Record<string, unknown>
  }
}

/** The networks of a quote on which the resource sells sessions, in the quote's order. */
export function offers(
  quote: Quote.Quote,
  sells: ChannelProtocol.ChannelOffer,
  config: Pick<MppConfig, 'serves' | 'stripe' | 'operatorOn'>,
): readonly SessionOffer[] {
  return Charge.offers(quote, config).flatMap((offer) => {
    if (offer.method !== 'tempo') return []
    const operator = config.operatorOn(offer.network)
    return operator ? [{ ...offer, method: 'tempo' as const, intent: 'session' as const, operator, sells }] : []
  })
}

/** Issues the session challenge of an offer. Its id binds it like a charge's, including the snapshot. */
export function issue(offer: SessionOffer, binding: Charge.ChallengeBinding): Charge.WireChallenge {
  const { network, asset, payTo, amountBase, operator, sells } = offer
  const toBase = (micros: bigint) => Amount.microsToBase(micros, asset.decimals)
  const unitsBase = amountBase * BigInt(sells.depositUnits)
  const least = toBase(sells.minDepositMicros)
  const toText = (base: bigint) => Amount.toDecimal(base, asset.decimals)
  const minDeltaBase = toBase(sells.minDeltaMicros)
  const sessionSnapshot = sells.snapshot?.network === network ? toSnapshot(sells.snapshot) : undefined
  const request = {
    amount: toText(amountBase),
    unitType: sells.unitType,
    suggestedDeposit: toText(unitsBase > least ? unitsBase : least),
    chainId: Caip.toChainId(network),
    currency: asset.address,
    decimals: asset.decimals,
    recipient: payTo,
    escrowContract: Reserve.address,
    operator,
    sessionProtocol: 'v2' as const,
    ...(minDeltaBase > 0n && { minVoucherDelta: toText(minDeltaBase) }),
    ...(sessionSnapshot && { sessionSnapshot }),
  }
  return Charge.bind(offer, PaymentRequest.fromMethod(Methods.session, request), binding)
}

/** The channel state that mppx's client reads (its type SessionSnapshot). Undefined before the first voucher. */
function toSnapshot(snapshot: ChannelProtocol.ChannelSnapshot): Session.Client.SessionSnapshot | undefined {
  const { channelId, network, escrow, descriptor, acceptedSignature: signature } = snapshot
  if (signature === undefined || Escrow.isConfig(descriptor)) return undefined
  const acceptedCumulative = snapshot.acceptedBase.toString()
  return {
    acceptedCumulative,
    chainId: Caip.toChainId(network),
    channelId,
    deposit: snapshot.depositBase.toString(),
    descriptor,
    escrow,
    highestVoucher: { channelId, cumulativeAmount: acceptedCumulative, signature },
    requiredCumulative: snapshot.requiredBase.toString(),
    settled: snapshot.settledBase.toString(),
    spent: snapshot.spentBase.toString(),
    units: Number(snapshot.units),
  }
}
