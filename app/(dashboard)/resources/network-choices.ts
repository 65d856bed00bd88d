import { Chain, labelNetwork, servedNetworks, servedRails } from '@/lib/chains'
import { Caip, Rail } from '@/lib/money'
import type { NetworkChoice } from '@/components/resource/form-state'

/** The networks that this server sells on, with their tokens; after them the rails without a chain. */
export function networkChoices(): NetworkChoice[] {
  const chains = servedNetworks().map((network) => ({
    network,
    name: labelNetwork(network).name,
    token: Chain.get(network).assets[0].symbol,
    placeholder: Caip.isSolana(network) ? 'address of a Solana wallet' : '0x…',
  }))
  const rails = servedRails().map((network) => ({
    network,
    name: labelNetwork(network).name,
    token: Rail.assetsOf(network)[0]?.symbol ?? '',
    placeholder: Rail.kindOf(network) === 'stripe' ? 'acct_…' : 'public key of the node',
  }))
  return [...chains, ...rails]
}
