import type { Scheme } from '../Scheme'
import { isThere, method, read, toOffer } from './permit2'

/** `exact` by Permit2: for tokens without EIP-3009, and for sellers who accept it in addition. */
export const exactPermit2: Scheme = {
  name: 'exact permit2',
  scheme: 'exact',
  family: 'permit2',
  supports: (network) => (isThere(network) ? {} : undefined),
  takes: ({ network, extra }) => isThere(network) && extra.assetTransferMethod === method,
  offers(payout) {
    const [asset] = payout.assets
    if (!asset || !isThere(payout.network) || payout.quote.metered) return []
    return asset.eip712 && !payout.takes.permit2 ? [] : [toOffer(payout, asset, 'exact')]
  },
  parse: (payload, network, _, extensions) => read('exact', payload, network, extensions),
}
