import type { Reader } from '../ctx'
import { Chain, Escrow, labelNetwork, servedNetworks } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { type RouteView } from './list-remote-facilitators'

/**
 * Schemes that a remote facilitator can settle. Under `upto` and on Solana payers sign for the first one. On channels
 * it claims and pays out; this server sends deposits and refunds.
 */
const schemes = { evm: ['exact', 'upto'], tempo: [], svm: ['exact'] } as const

function schemesOn(network: Caip2): readonly string[] {
  const channels = Escrow.kindOn(network) === 'batch-settlement' ? ['batch-settlement'] : []
  return [...schemes[Chain.get(network).family], ...channels]
}

/**
 * The routes of the reader's merchant: every served network and scheme that a remote facilitator can settle. Reads
 * only.
 */
export async function listRoutes({ merchantId }: Reader): Promise<RouteView[]> {
  const rows = await db.query<{ network: string; scheme: string; targets: string[] }>(
    sql`SELECT network, scheme, targets FROM facilitator_route WHERE merchant_id = ${merchantId}::uuid`,
  )
  const chosen = new Map(rows.map(({ network, scheme, targets }) => [`${network}|${scheme}`, targets]))
  return servedNetworks().flatMap((network) =>
    schemesOn(network).map((scheme) => ({
      network: labelNetwork(network),
      scheme,
      targets: chosen.get(`${network}|${scheme}`) ?? ['local'],
    })),
  )
}
