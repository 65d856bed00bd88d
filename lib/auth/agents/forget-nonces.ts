import { db, sql } from '@/lib/db'

/** Forgets nonces whose messages have expired: those are refused by their time. Answers how many. */
export async function forgetNonces(): Promise<number> {
  // A clock of another process may be behind that of the database.
  return db.execute(sql`DELETE FROM sign_in_nonce WHERE expires_at < now() - interval '10 minutes'`)
}
