import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'
import { publicCaller } from './name-callers'

/** All possible callers, for a filter: the keys with the scope, and the public. Reads only. */
export async function listCallers(reader: Reader): Promise<{ value: string; label: string }[]> {
  const keys = await db.query<{ id: string; name: string }>(sql`
    SELECT id, name FROM api_key
    WHERE 'facilitate' = ANY(scopes) AND (${reader.operator} OR merchant_id = ${reader.merchantId}::uuid)
    ORDER BY name, id`)
  return [
    ...keys.map(({ id, name }) => ({ value: `key:${id}`, label: name })),
    { value: 'public', label: publicCaller },
  ]
}
