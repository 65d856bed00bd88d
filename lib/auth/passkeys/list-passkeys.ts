import { db, sql } from '@/lib/db'

/** A passkey as pages show it; times ISO 8601. */
export type PasskeyRow = { id: string; device: string; createdAt: string; lastUsedAt: string | null }

/** The passkeys of a wallet, newest first. Reads only. */
export async function listPasskeys(wallet: string): Promise<PasskeyRow[]> {
  const rows = await db.query<{ id: string; device: string; createdAt: Date; lastUsedAt: Date | null }>(sql`
    SELECT id, device, created_at, last_used_at FROM passkey WHERE wallet = ${wallet} ORDER BY created_at DESC, id LIMIT 50`)
  return rows.map((row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }))
}
