import { env } from '../env'
import { Rail, type Caip2 } from '@/lib/money'

/** The networks without a chain that this installation is paid by: Stripe's, if STRIPE is set. */
export function servedRails(): Caip2[] {
  return env.STRIPE ? [Rail.ofProfile(env.STRIPE.profile)] : []
}

/** Whether money can come by this network here. */
export function serves(network: Caip2): boolean {
  return Object.hasOwn(env.NETWORKS, network) || servedRails().includes(network)
}
