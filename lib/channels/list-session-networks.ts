import { Chain, servedNetworks } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'

/** Networks of this server that have a channel reserve: sessions are sold on these. */
export function listSessionNetworks(): Caip2[] {
  return servedNetworks().filter((network) => Chain.get(network).family === 'tempo')
}
