import { db, sql } from '@/lib/db'

/** Deletes nonces whose messages have expired, because those are refused by their time. Returns how many. */
export async function forgetNonces(): Promise<number> {
  // The clock of another process may be behind the database's.
  return db.execute(sql`DELETE FROM sign_in_nonce WHERE expires_at < now() - interval '10 minutes'`)
}
