import { getAddress, type Address } from 'viem'
import { signerFor, signersFor } from '@/lib/chains'
import { refused } from '@/lib/protocol-shared'
import type { ParsedPayload, Payout, Scheme } from '../Scheme'
import { isThere, read, toOffer } from './permit2'

/**
 * `upto` by Permit2: the payer signs for a maximum, and the charge is known after the answer. The proxy lets only the
 * facilitator in the witness settle: one of our settlement signers, or the upstream that the seller chose.
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
    const facilitator = facilitatorOf(payout)
    return facilitator ? [toOffer(payout, asset, 'upto', facilitator)] : []
  },
  parse(payload, network, _, extensions) {
    const parsed = read('upto', payload, network, extensions)
    return parsed && { ...parsed, authorize: byNamed(parsed) }
  },
}

function facilitatorOf({ network, takes }: Payout): Address | undefined {
  const named = takes.facilitators?.[network]
  if (named !== undefined) return (named ?? undefined) as Address | undefined
  return signerFor(network, 'settlement')?.address
}

/**
 * Refuses a payment whose facilitator is neither one of our signers nor the upstream of the offer: we could not
 * settle it.
 */
function byNamed({ authorize }: ParsedPayload): ParsedPayload['authorize'] {
  return (offer, takes, nowMs) => {
    const instrument = authorize(offer, takes, nowMs)
    const facilitator = instrument.kind === 'permit2' ? instrument.facilitator : undefined
    const isOurs = signersFor(offer.network, 'settlement').some(({ address }) => address === facilitator)
    if (!isOurs && (facilitator === undefined || takes.facilitators?.[offer.network] !== facilitator))
      throw refused('facilitator', 'The witness names a facilitator that is not this one.')
    return instrument
  }
}
