import { db, sql } from '@/lib/db'

/**
 * The stored bytes of an attempt.
 * @throws Error if they are not stored. Then nothing may be sent.
 */
export async function loadBytes(hash: string): Promise<Buffer> {
  const [row] = await db.query<{ raw: Buffer }>(sql`SELECT raw FROM attempt WHERE hash = ${hash}`)
  if (!row) throw new Error(`attempt ${hash} is not stored`)
  return row.raw
}
