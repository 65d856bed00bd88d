import { Escrow } from '@/lib/chains'
import { findChannel, loadSettlementTerms, SettlementTerms, type ChannelProtocol } from '@/lib/channels'
import type { AppError } from '@/lib/errors'
import type { PricedRequest } from '../PricedRequest'
import { NeedsSnapshot } from './needs-snapshot'
import { toOffer } from './offer'

/** Returns the session offer for a resource's 402, with the channel's state if a voucher of it was just refused. */
export async function readOffer(
  { resource }: PricedRequest,
  refusal?: AppError,
): Promise<ChannelProtocol.ChannelOffer | undefined> {
  if (!resource.session) return undefined
  const networks = resource.payouts.map(({ network }) => network).filter((network) => Escrow.kindOn(network))
  const policies = await Promise.all(networks.map((network) => loadSettlementTerms(resource.merchantId, network)))
  const limits = policies
    .map((policy) => policy.limits)
    .reduce(strictest, policies[0]?.limits ?? SettlementTerms.defaults.limits)
  const snapshot = refusal instanceof NeedsSnapshot ? await readSnapshot(refusal) : undefined
  return toOffer(resource, limits, snapshot)
}

/** The higher of two limits each: enough on every network. Each network then applies its own, which is not higher. */
function strictest(
  one: SettlementTerms.ChannelLimits,
  other: SettlementTerms.ChannelLimits,
): SettlementTerms.ChannelLimits {
  const greater = (left: bigint, right: bigint) => (left > right ? left : right)
  return {
    ...one,
    minDepositMicros: greater(one.minDepositMicros, other.minDepositMicros),
    minDeltaMicros: greater(one.minDeltaMicros, other.minDeltaMicros),
  }
}

async function readSnapshot({
  channelId,
  requiredBase,
}: NeedsSnapshot): Promise<ChannelProtocol.ChannelSnapshot | undefined> {
  const channel = await findChannel(channelId)
  if (!channel) return undefined
  const { network, escrow, descriptor, depositBase, acceptedBase, acceptedSignature, settledBase, spentBase, units } =
    channel
  return {
    channelId: channel.id,
    network,
    escrow,
    descriptor,
    depositBase,
    acceptedBase,
    acceptedSignature: acceptedSignature ? `0x${acceptedSignature.toString('hex')}` : undefined,
    settledBase,
    spentBase,
    units,
    requiredBase,
  }
}
