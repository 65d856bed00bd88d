import { wrongFields } from '@/lib/errors'
import type { Ctx } from '../ctx'
import { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { json, sql, withTransaction } from '@/lib/db'
import type { AppError } from '@/lib/errors'
import { forgetRoutes } from './read-routes'

/**
 * Sets the route of one network and scheme of the merchant, in order of preference: ids of its remote facilitators,
 * "local" last or left out. Payments that a facilitator already has stay there. Idempotent.
 * @throws AppError bad-input, not-allowed
 */
export async function setRoute(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  { network, scheme, targets }: RouteInput,
): Promise<void> {
  const { merchantId } = scope
  MemberScope.assertMay(scope, merchantId, 'integrate')
  const chosen = [...new Set(targets)]
  const ids = chosen.filter((target) => target !== 'local')
  if (chosen.length === 0) throw wrongTargets('Choose at least one')
  if (chosen.includes('local') && chosen.at(-1) !== 'local')
    throw wrongTargets('This server takes every payment: it can only come last')
  await withTransaction(async (tx) => {
    const known = await tx.query<{ id: string; name: string }>(sql`
      SELECT id, name FROM facilitator_upstream WHERE merchant_id = ${merchantId}::uuid AND id::text = ANY(${ids}::text[])`)
    if (known.length !== ids.length) throw wrongTargets('One of these facilitators no longer exists: reload the page')
    const [before] = await tx.query<{ targets: string[] }>(sql`
      SELECT targets FROM facilitator_route
      WHERE merchant_id = ${merchantId}::uuid AND network = ${network} AND scheme = ${scheme} FOR UPDATE`)
    if (json(before?.targets ?? ['local']) === json(chosen)) return
    await tx.execute(sql`
      INSERT INTO facilitator_route (merchant_id, network, scheme, targets)
      VALUES (${merchantId}::uuid, ${network}, ${scheme}, ${chosen}::text[])
      ON CONFLICT (merchant_id, network, scheme) DO UPDATE SET targets = excluded.targets, updated_at = now()`)
    const nameOf = (target: string) => known.find(({ id }) => id === target)?.name ?? target
    const data = { network, scheme, from: before?.targets ?? ['local'], to: chosen, names: chosen.map(nameOf) }
    await recordEvent(tx, ctx, { type: 'facilitator.route_set', merchantId, data })
  })
  forgetRoutes(merchantId)
}

function wrongTargets(message: string): AppError {
  return wrongFields([{ field: 'targets', message }])
}

export type RouteInput = { network: string; scheme: string; targets: readonly string[] }
