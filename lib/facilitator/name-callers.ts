import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'

/** Names of callers: those of their keys. */
export async function nameCallers(reader: Reader, callers: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const ids = callers.flatMap((caller) => (caller.startsWith('key:') ? caller.slice(4) : []))
  const keys = await db.query<{ id: string; name: string }>(sql`
    SELECT id, name FROM api_key
    WHERE id = ANY(${ids}::uuid[]) AND (${reader.operator} OR merchant_id = ${reader.merchantId}::uuid)`)
  return new Map([['public', publicCaller], ...keys.map(({ id, name }): [string, string] => [`key:${id}`, name])])
}

export const publicCaller = 'Without a key'
