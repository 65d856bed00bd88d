import { Chain, labelNetwork, servedNetworks } from '@/lib/chains'
import type { NetworkChoice } from '@/components/resource/form-state'

/** The networks that this server sells on, with their tokens. */
export function networkChoices(): NetworkChoice[] {
  return servedNetworks().map((network) => ({
    network,
    name: labelNetwork(network).name,
    token: Chain.get(network).assets[0].symbol,
  }))
}
