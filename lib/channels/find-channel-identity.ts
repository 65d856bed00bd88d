import { findChannel } from './find-channel'
import { identities } from './identity-cache'
import { type ChannelIdentity } from './ChannelIdentity'

const entriesMax = 20_000

/** A channel that was opened here, usually from memory; undefined if there is none, or its opening is not booked yet. */
export async function findChannelIdentity(channelId: string): Promise<ChannelIdentity | undefined> {
  const entry = identities.get(channelId)
  if (entry) return entry.known
  const channel = await findChannel(channelId)
  if (!channel || channel.status === 'opening' || channel.status === 'failed') return undefined
  const { id, merchantId, network, escrow, asset, payer, payee, operator, signer, descriptor } = channel
  const known = { id, merchantId, network, escrow, asset, payer, payee, operator, signer, descriptor }
  if (identities.size >= entriesMax) identities.delete(identities.keys().next().value ?? '')
  identities.set(channelId, { known })
  return known
}
