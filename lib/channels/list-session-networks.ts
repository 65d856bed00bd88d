import { Escrow, servedNetworks } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'

/** Networks of this server that have an escrow for channels: sessions are sold on them. */
export function listSessionNetworks(): Caip2[] {
  return servedNetworks().filter((network) => Escrow.kindOn(network) !== undefined)
}
