import { db, sql } from '@/lib/db'

/** Up to where the paid invoices of a network's node were read. */
export async function readRailCursor(network: string): Promise<bigint> {
  const [row] = await db.query<{ position: string }>(sql`SELECT position FROM rail_cursor WHERE network = ${network}`)
  return BigInt(row?.position ?? 0)
}
