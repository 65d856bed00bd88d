import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'

/** Resources to choose from, without archived ones, by path: at most 500. */
export async function listResourceNames(reader: Reader): Promise<{ id: string; label: string }[]> {
  return db.query(sql`
    SELECT id, method || ' ' || path AS label FROM resource
    WHERE (${reader.operator} OR merchant_id = ${reader.merchantId}::uuid) AND status <> 'archived' ORDER BY path, method LIMIT 500`)
}
