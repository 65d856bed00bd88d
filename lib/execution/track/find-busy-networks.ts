import { servedEvmNetworks } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'

/** EVM networks with transactions under way. */
export async function findBusyNetworks(): Promise<Set<Caip2>> {
  const networks = servedEvmNetworks()
  const rows = await db.query<{ network: Caip2 }>(sql`
    SELECT n.network FROM unnest(${networks}::text[]) AS n(network) WHERE EXISTS (
      SELECT 1 FROM transaction t WHERE t.network = n.network AND t.status IN ('submitted', 'included', 'safe'))`)
  return new Set(rows.map(({ network }) => network))
}
