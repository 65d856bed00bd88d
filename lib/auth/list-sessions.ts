import { db, sql } from '@/lib/db'
import { hashToken } from './token'

/** An open dashboard session of a wallet. */
export type SessionRow = {
  /** The hash of its id, in hex: it opens nothing. */
  id: string
  device: string
  merchantName: string
  createdAt: string
  lastSeenAt: string
  expiresAt: string
  /** Whether it is the asking one. */
  isCurrent: boolean
}

type Row = Omit<SessionRow, 'createdAt' | 'lastSeenAt' | 'expiresAt'> & {
  createdAt: Date
  lastSeenAt: Date
  expiresAt: Date
}

/** The sessions of a wallet that are not over, the current one first. Reads only. */
export async function listSessions(address: string, token: string): Promise<SessionRow[]> {
  const rows = await db.query<Row>(sql`
    SELECT encode(s.hash, 'hex') AS id, s.device, m.name AS merchant_name, s.created_at, s.last_seen_at, s.expires_at,
      s.hash = ${hashToken(token)} AS is_current
    FROM session s JOIN merchant m ON m.id = s.merchant_id
    WHERE s.address = ${address} AND s.expires_at > now() AND s.last_seen_at > now() - interval '30 minutes'
    ORDER BY is_current DESC, s.last_seen_at DESC LIMIT 100`)
  return rows.map((row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  }))
}
