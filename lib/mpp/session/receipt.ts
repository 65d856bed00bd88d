import type { ChannelProtocol } from '@/lib/channels'

/**
 * The members of a session's receipt, as mppx's createSessionReceipt writes them. `reference` is the channel, not a
 * transaction.
 */
function toMembers({
  channelId,
  challengeId,
  acceptedBase,
  spentBase,
  units,
  atMs,
  txHash,
}: ChannelProtocol.ChannelReceipt) {
  return {
    method: 'tempo',
    intent: 'session',
    status: 'success',
    timestamp: new Date(atMs).toISOString(),
    reference: channelId,
    challengeId,
    channelId,
    acceptedCumulative: acceptedBase.toString(),
    spent: spentBase.toString(),
    units: Number(units),
    ...(txHash !== undefined && { txHash }),
  }
}

/** The header with the total that a request on a channel has cost so far. */
export function toHeader(receipt: ChannelProtocol.ChannelReceipt): readonly [name: string, value: string] {
  return ['Payment-Receipt', Buffer.from(JSON.stringify(toMembers(receipt))).toString('base64url')]
}

/** The same members as the last event of a metered stream. */
export function toEvent(receipt: ChannelProtocol.ChannelReceipt): string {
  return event('payment-receipt', toMembers(receipt))
}

/** Asks the agent for a voucher of at least `requiredBase`; the stream waits for it. */
export function toNeedVoucherEvent(need: Parameters<ChannelProtocol.ChannelProtocol['needVoucherEvent']>[0]): string {
  return event('payment-need-voucher', {
    channelId: need.channelId,
    requiredCumulative: need.requiredBase.toString(),
    acceptedCumulative: need.acceptedBase.toString(),
    deposit: need.depositBase.toString(),
  })
}

function event(name: string, data: Record<string, unknown>): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}
