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
  /** The secret is the one before the last rotation. */
  replaced: boolean
  /** Its overlap has ended. */
  ended: boolean
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
      expires_at IS NOT NULL AND expires_at <= now() AS expired, hash <> ${hash} AS replaced,
      hash <> ${hash} AND previous_until <= now() AS ended,
      coalesce(CASE WHEN hash = ${hash} THEN last_used_at ELSE previous_used_at END < now() - ${touched}::interval, true) AS stale
    FROM api_key WHERE hash = ${hash} OR previous_hash = ${hash}`),
  )
  good.delete(seen)
  if (!row) throw refused('This API key is not known here. Check that it was copied whole, and for this installation.')
  if (row.revoked) throw refused('This API key was revoked. Use another one.')
  if (row.expired) throw refused('This API key has expired. Use another one.')
  if (row.ended) throw refused('This secret was replaced, and its overlap has ended. Use the new secret of the key.')
  remember(seen)
  if (!row.scopes.includes(scope)) {
    const message = `The API key "${row.name}" lacks the scope ${scope}. Make a key that has it, in the dashboard.`
    throw new AppError('not-allowed', message, { extra: { missingScope: scope } })
  }
  if (row.stale) await touch(row)
  return {
    operator: false,
    merchantId: row.merchantId,
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    policyId: row.policyId,
  }
}

async function touch({ id, replaced }: Row): Promise<void> {
  const column = replaced ? sql`previous_used_at` : sql`last_used_at`
  await db.execute(sql`UPDATE api_key SET ${column} = now() WHERE id = ${id}::uuid`)
}

function remember(seen: string): void {
  good.add(seen)
  const [oldest] = good
  if (good.size > goodMax && oldest !== undefined) good.delete(oldest)
}

function refused(message: string): AppError {
  return new AppError('not-signed-in', message, { headers: { 'WWW-Authenticate': 'Bearer realm="sluice"' } })
}
