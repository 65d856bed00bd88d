import { env } from '../env'
import { Rail, type Caip2 } from '@/lib/money'

/** The networks without a chain that this installation is paid by, as STRIPE and LIGHTNING_NODE say. */
export function servedRails(): Caip2[] {
  const { STRIPE, LIGHTNING_NODE } = env
  return [
    ...(STRIPE ? [Rail.ofProfile(STRIPE.profile)] : []),
    ...(LIGHTNING_NODE ? [Rail.bitcoinNetworks[LIGHTNING_NODE.network].network] : []),
  ]
}

/** Whether money can come by this network here. */
export function serves(network: Caip2): boolean {
  return Object.hasOwn(env.NETWORKS, network) || servedRails().includes(network)
}
