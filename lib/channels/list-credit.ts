import { env } from '../env'
import { db, sql } from '@/lib/db'
import type * as ChannelView from './ChannelView'
import { rowColumns, rowTables, toRow, type ChannelRow } from './list-channels'

/**
 * The channels of these wallets that still hold money on chain, newest first; at most 100. Reads only.
 * @param wallets canonical addresses of the reader, which sees only its own channels.
 */
export async function listCredit(wallets: readonly string[]): Promise<ChannelView.ChannelCredit[]> {
  type Row = ChannelRow & { protocol: string; escrow: string; graceSeconds: number; seller: string; slug: string }
  const rows = await db.query<Row>(sql`
    SELECT ${rowColumns}, t.protocol, t.escrow, t.grace_seconds, m.name AS seller, m.slug
    FROM ${rowTables} JOIN merchant m ON m.id = r.merchant_id
    WHERE t.payer = ANY(${wallets}::text[]) AND t.status IN ('opening', 'open', 'closing') ORDER BY t.created_at DESC, t.id LIMIT 100`)
  return rows.map((row) => {
    const left = row.depositBase - row.spentBase
    return {
      ...toRow(row),
      protocol: row.protocol,
      escrow: row.escrow,
      graceSeconds: row.graceSeconds,
      seller: row.seller,
      url: `${env.PUBLIC_URL}/gateway/${row.slug}${row.resource.path}`,
      leftBase: (left > 0n ? left : 0n).toString(),
    }
  })
}
