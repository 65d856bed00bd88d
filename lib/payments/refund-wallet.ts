import type { Reader } from '../ctx'
import { env } from '../env'
import { addressesFor, labelNetwork, servedNetworks } from '@/lib/chains'
import { Rail, type Caip2 } from '@/lib/money'

/** The refund wallet of this server that pays refunds which the reader requests on a network, or why there is none. */
export function refundWalletFor(
  { operator }: Pick<Reader, 'operator'>,
  network: Caip2,
): { wallet: string } | { reason: string } {
  // Stripe pays from the account that was paid.
  if (Rail.kindOf(network) === 'stripe') return { wallet: labelNetwork(network).name }
  if (env.REFUND_WALLET_FOR === 'operators' && !operator)
    return { reason: 'The refund wallet of this server pays for operators only.' }
  const wallet = servedNetworks().includes(network) ? addressesFor(network, 'refund')[0] : undefined
  return wallet === undefined ? { reason: `There is no refund wallet on ${labelNetwork(network).name}.` } : { wallet }
}
