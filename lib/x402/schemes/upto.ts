import { getAddress } from 'viem'
import { signerFor, signersFor } from '@/lib/chains'
import { refused } from '@/lib/wire'
import type { Parsed, Scheme } from '../Scheme'
import { isThere, read, toOffer } from './permit2'

/**
 * `upto` by Permit2: the payer signs for the most, and what the answer came to is charged. Its proxy lets only the facilitator in
 * the witness settle, which is one of our settlement signers.
 */
export const upto: Scheme = {
  name: 'upto',
  scheme: 'upto',
  family: 'permit2',
  supports(network) {
    const signer = isThere(network) ? signerFor(network, 'settlement') : undefined
    return signer && { facilitatorAddress: getAddress(signer.address) }
  },
  takes: ({ network }) => isThere(network),
  offers(payout) {
    const [asset] = payout.assets
    if (!asset || !isThere(payout.network) || !payout.quote.metered) return []
    const signer = signerFor(payout.network, 'settlement')
    return signer ? [toOffer(payout, asset, 'upto', signer.address)] : []
  },
  parse(payload, network, _, extensions) {
    const parsed = read('upto', payload, network, extensions)
    return parsed && { ...parsed, authorize: byOurs(parsed) }
  },
}

/** Only what one of our signers may send can be settled by us. */
function byOurs({ authorize }: Parsed): Parsed['authorize'] {
  return (offer, takes, nowMs) => {
    const instrument = authorize(offer, takes, nowMs)
    const facilitator = instrument.kind === 'permit2' ? instrument.facilitator : undefined
    const ours = signersFor(offer.network, 'settlement').some(({ address }) => address === facilitator)
    if (!ours) throw refused('facilitator', 'The witness names a facilitator that is not this one.')
    return instrument
  }
}
