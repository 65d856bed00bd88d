import { chains, servedNetworks } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'

/** Networks of this server that have a channel reserve: sessions are sold on these. */
export function listSessionNetworks(): Caip2[] {
  const tempo = new Set(chains.filter(({ family }) => family === 'tempo').map(({ network }) => network))
  return servedNetworks().filter((network) => tempo.has(network))
}
