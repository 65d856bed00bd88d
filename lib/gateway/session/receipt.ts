import type { ChannelProtocol, ChargedChannel } from '@/lib/channels'
import type { ChannelRequest } from './ChannelRequest'

/** The state of a channel without any charge. */
export const untouched: ChargedChannel = {
  acceptedBase: 0n,
  spentBase: 0n,
  units: 0n,
  depositBase: 0n,
  settledBase: 0n,
}

/**
 * The receipt of one request: its charge, and the state of the channel after it.
 * @param chargedBase the charge of this request alone, base units.
 */
export function toReceipt(
  { pricedRequest, known, terms, txHash }: Pick<ChannelRequest, 'pricedRequest' | 'known' | 'terms' | 'txHash'>,
  { acceptedBase, spentBase, units, depositBase, settledBase }: ChargedChannel,
  chargedBase: bigint,
): ChannelProtocol.ChannelReceipt {
  return {
    channelId: known.id,
    challengeId: terms.challengeId,
    network: known.network,
    payer: known.payer,
    acceptedBase,
    spentBase,
    depositBase,
    settledBase,
    units,
    chargedBase,
    atMs: pricedRequest.ctx.now(),
    ...(txHash && { txHash }),
  }
}

/** The receipt as headers of the credential's protocol. */
export function toReceiptHeaders(
  session: ChannelRequest,
  charged: ChargedChannel,
  chargedBase: bigint,
): ChannelProtocol.HeaderPairs {
  return session.by.receipt(toReceipt(session, charged, chargedBase))
}
