import { sql, type Tx } from '@/lib/db'

/** Stores up to where the paid invoices of a network's node were read. */
export async function moveRailCursor(tx: Tx, network: string, position: bigint): Promise<void> {
  await tx.execute(sql`
    INSERT INTO rail_cursor (network, position) VALUES (${network}, ${position.toString()})
    ON CONFLICT (network) DO UPDATE SET position = EXCLUDED.position, updated_at = now()`)
}
