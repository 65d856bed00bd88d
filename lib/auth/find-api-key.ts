import { db, planned, sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import * as ApiKey from './ApiKey'
import { limitUnknownKeys } from './limit-rate'
import { hashToken } from './token'

/** Updated at most this often. */
const touched = '30 seconds'

type Row = {
  id: string
  merchantId: string
  name: string
  scopes: ApiKey.ApiKeyScope[]
  policyId: string | null
  revoked: boolean
  expired: boolean
  stale: boolean
}

/** Hashes of keys that were valid recently, newest last. A key that is not in the set waits for its turn to be looked up. */
const good = new Set<string>()
const goodMax = 10_000

/**
 * The key of a request (`Authorization: Bearer sk_…`), read every time, so that a revoked key stops at once. It is found by its
 * hash, so the time of the lookup reveals nothing about stored keys.
 * @throws AppError not-signed-in without a valid key; not-allowed if the key lacks the scope; rate-limited while too many wrong
 *   keys arrive.
 */
export async function findApiKey(headers: Pick<Headers, 'get'>, scope: ApiKey.ApiKeyScope): Promise<ApiKey.ApiKey> {
  const [, text = ''] = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '') ?? []
  if (ApiKey.prefixOf(text) === undefined)
    throw refused(
      'Send an API key as "Authorization: Bearer sk_…". An owner makes one in the dashboard, on the page API keys.',
    )
  const hash = hashToken(text)
  const seen = hash.toString('base64')
  if (!good.has(seen)) limitUnknownKeys()
  const [row] = await db.query<Row>(
    planned(sql`
    SELECT id, merchant_id, name, scopes, policy_id, revoked_at IS NOT NULL AS revoked,
      expires_at IS NOT NULL AND expires_at <= now() AS expired,
      last_used_at IS NULL OR last_used_at < now() - ${touched}::interval AS stale
    FROM api_key WHERE hash = ${hash}`),
  )
  good.delete(seen)
  if (!row) throw refused('This API key is not known here. Check that it was copied whole, and for this installation.')
  if (row.revoked) throw refused('This API key was revoked. Use another one.')
  if (row.expired) throw refused('This API key has expired. Use another one.')
  remember(seen)
  if (!row.scopes.includes(scope)) {
    const message = `The API key "${row.name}" lacks the scope ${scope}. Make a key that has it, in the dashboard.`
    throw new AppError('not-allowed', message, { extra: { missingScope: scope } })
  }
  if (row.stale) await db.execute(sql`UPDATE api_key SET last_used_at = now() WHERE id = ${row.id}::uuid`)
  return {
    operator: false,
    merchantId: row.merchantId,
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    policyId: row.policyId,
  }
}

function remember(seen: string): void {
  good.add(seen)
  const [oldest] = good
  if (good.size > goodMax && oldest !== undefined) good.delete(oldest)
}

function refused(message: string): AppError {
  return new AppError('not-signed-in', message, { headers: { 'WWW-Authenticate': 'Bearer realm="sluice"' } })
}
