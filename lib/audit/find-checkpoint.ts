import { db, sql } from '@/lib/db'
import { Note } from '@/lib/proof'
import { logKey } from './signing-key'

/** A signed checkpoint with its note. */
export type ServedCheckpoint = { size: bigint; note: string; createdAt: Date }

/** The newest checkpoint of at most `size` leaves, or of any size; undefined before the first is signed. */
export async function findCheckpoint(size?: bigint): Promise<ServedCheckpoint | undefined> {
  const [row] = await db.query<ServedCheckpoint>(sql`
    SELECT size, note, created_at FROM audit_checkpoint
    WHERE ${size === undefined ? sql`true` : sql`size <= ${size}`} ORDER BY size DESC LIMIT 1`)
  return row
}

/** The public key that signs checkpoints, as text: name+id+base64. */
export function publicKey(): string {
  return Note.formatKey(logKey())
}
