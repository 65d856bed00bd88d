import type { Ctx } from '../ctx'
import { findServerWallets, MemberScope, serverWalletsRefused } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { json, sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import * as CallerLimits from './CallerLimits'
import { toLimits, type LimitRow } from './limit-row'

/**
 * Sets the limits of an API key; they apply from its next request. Idempotent.
 * @throws AppError bad-input, not-found, not-allowed
 */
export async function setLimits(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  keyId: string,
  input: unknown,
): Promise<void> {
  const limits = CallerLimits.parse(input)
  await withTransaction(async (tx) => {
    const [key] = await tx.query<{ merchantId: string; prefix: string; scopes: string[] }>(
      sql`SELECT merchant_id, prefix, scopes FROM api_key WHERE id = ${keyId}::uuid FOR UPDATE`,
    )
    if (!key) throw new AppError('not-found', 'There is no such API key.')
    MemberScope.assertMay(scope, key.merchantId, 'integrate')
    if (!(await findServerWallets(scope, key.merchantId))) throw serverWalletsRefused()
    if (!key.scopes.includes('facilitate'))
      throw new AppError('not-possible', 'This key may not use the facilitator, so it has no limits there.')
    const [row] = await tx.query<LimitRow>(sql`
      SELECT requests_per_second, gas_nano_per_day, amount_micros_per_day, networks, assets
      FROM facilitator_limit WHERE api_key_id = ${keyId}::uuid`)
    const before = row ? toLimits(row) : CallerLimits.standard
    if (json(before) === json(limits)) return
    await tx.execute(sql`
      INSERT INTO facilitator_limit (api_key_id, requests_per_second, gas_nano_per_day, amount_micros_per_day, networks, assets)
      VALUES (${keyId}::uuid, ${limits.requestsPerSecond}, ${limits.gasNanoPerDay}, ${limits.amountMicrosPerDay},
        ${limits.networks}::text[], ${limits.assets}::text[])
      ON CONFLICT (api_key_id) DO UPDATE SET requests_per_second = excluded.requests_per_second,
        gas_nano_per_day = excluded.gas_nano_per_day, amount_micros_per_day = excluded.amount_micros_per_day,
        networks = excluded.networks, assets = excluded.assets, updated_at = now()`)
    const data = { keyId, prefix: key.prefix, from: before, to: limits }
    await recordEvent(tx, ctx, { type: 'facilitator.limits_set', merchantId: key.merchantId, data })
  })
}
