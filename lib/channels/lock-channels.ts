import { sql, type Tx } from '@/lib/db'

type Row = {
  id: string
  merchantId: string
  payee: string
  network: string
  asset: string
  settledBase: bigint
}

/** Rows of these channels, locked, by id. */
export async function lockChannels(tx: Tx, ids: readonly string[]): Promise<Map<string, Row>> {
  const rows = await tx.query<Row>(sql`
    SELECT c.id, c.merchant_id, c.payee, c.network, c.asset, c.settled_base
    FROM channel c WHERE c.id = ANY(${ids}::text[]) ORDER BY c.id FOR NO KEY UPDATE`)
  return new Map(rows.map((row) => [row.id, row]))
}
