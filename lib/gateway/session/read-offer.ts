import { Chain } from '@/lib/chains'
import { findChannel, loadPolicy, Policy, type Protocol } from '@/lib/channels'
import type { AppError } from '@/lib/errors'
import type { Sale } from '../Sale'
import { NeedsSnapshot } from './needs-snapshot'
import { toOffer } from './offer'

/** What the 402 of a sale says of sessions, with the channel's state where a voucher of it was just refused. */
export async function readOffer({ resource }: Sale, refusal?: AppError): Promise<Protocol.Offer | undefined> {
  if (!resource.session) return undefined
  const network = resource.payouts.find((payout) => Chain.get(payout.network).family === 'tempo')?.network
  const { limits } = network ? await loadPolicy(resource.merchantId, network) : Policy.defaults
  const snapshot = refusal instanceof NeedsSnapshot ? await readSnapshot(refusal) : undefined
  return toOffer(resource, limits, snapshot)
}

async function readSnapshot({ channelId, requiredBase }: NeedsSnapshot): Promise<Protocol.Snapshot | undefined> {
  const channel = await findChannel(channelId)
  if (!channel?.acceptedSignature) return undefined
  const { network, escrow, descriptor, depositBase, acceptedBase, acceptedSignature, settledBase, spentBase, units } =
    channel
  return {
    channelId: channel.id,
    network,
    escrow,
    descriptor,
    depositBase,
    acceptedBase,
    acceptedSignature: `0x${acceptedSignature.toString('hex')}`,
    settledBase,
    spentBase,
    units,
    requiredBase,
  }
}
