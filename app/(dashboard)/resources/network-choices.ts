import { Chain, labelNetwork, servedNetworks } from '@/lib/chains'
import type { NetworkChoice } from '@/components/resource/form-state'

/** Every network this server sells on, with the token it sells for. */
export function networkChoices(): NetworkChoice[] {
  return servedNetworks().map((network) => ({
    network,
    name: labelNetwork(network).name,
    token: Chain.get(network).assets[0].symbol,
  }))
}
