import { env } from '../env'
import { findApiKey, limitRate } from '@/lib/auth'
import { db, planned, sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import type { Caller } from './Caller'
import * as CallerLimits from './CallerLimits'
import { toLimits, type LimitRow } from './limit-row'

/** A caller may send this many seconds' worth of requests at once. */
const burstSeconds = 4

/**
 * The caller of a facilitator request: the owner of its API key or, if FACILITATOR_PUBLIC allows it, the public. Read
 * anew each time, so that a revoked key and an edited limit take effect at once.
 * @throws AppError not-signed-in without a valid key; not-allowed if the key lacks the scope; rate-limited.
 */
export async function findCaller(request: Pick<Request, 'headers'>): Promise<Caller> {
  const caller =
    request.headers.get('authorization') === null && env.FACILITATOR_PUBLIC !== undefined
      ? await findPublic(env.FACILITATOR_PUBLIC)
      : await findByKey(request.headers)
  const { requestsPerSecond } = caller.limits
  limitRate(`facilitate ${caller.id}`, {
    limits: { burst: requestsPerSecond * burstSeconds, everyMs: 1_000 / requestsPerSecond },
    who: caller.name,
  })
  return caller
}

/** @throws AppError not-allowed if the caller may not use this network or asset. */
export function assertAllowed({ limits, name }: Caller, network: Caip2, asset: string): void {
  const refusal = CallerLimits.refusal(limits, network, asset)
  if (refusal) throw new AppError('not-allowed', `${refusal} (${name})`)
}

async function findByKey(headers: Headers): Promise<Caller> {
  const key = await findApiKey(headers, 'facilitate')
  const [row] = await db.query<LimitRow>(
    planned(sql`
    SELECT requests_per_second, gas_nano_per_day, amount_micros_per_day, networks, assets
    FROM facilitator_limit WHERE api_key_id = ${key.id}::uuid`),
  )
  return {
    id: `key:${key.id}`,
    keyId: key.id,
    name: `The API key "${key.name}"`,
    merchantId: key.merchantId,
    limits: row ? toLimits(row) : CallerLimits.standard,
  }
}

async function findPublic(slug: string): Promise<Caller> {
  const [merchant] = await db.query<{ id: string }>(planned(sql`SELECT id FROM merchant WHERE slug = ${slug}`))
  if (!merchant) throw new AppError('unavailable', 'FACILITATOR_PUBLIC names no merchant of this installation.')
  return {
    id: 'public',
    keyId: null,
    name: 'Callers without an API key together',
    merchantId: merchant.id,
    limits: env.SLUICE_DEMO ? CallerLimits.demo : CallerLimits.open,
  }
}
