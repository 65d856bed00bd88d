import type { Ctx } from '../ctx'
import type { Scope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { json, sql, withTransaction } from '@/lib/db'
import type { FieldError } from '@/lib/errors'
import { AppError } from '@/lib/errors'
import { assertMayEdit } from './assert-may-edit'
import { assertUpstream } from './assert-upstream'
import * as ResourceDraft from './ResourceDraft'
import { notifyResourceChanged } from './notify-resource-changed'
import { assertPathFree } from './write-resource'
import { writePrice } from './write-price'
import { assertPolicy } from './assert-policy'

/**
 * Puts something on sale for the scope's merchant, live at once.
 * @returns its id, and what was probably not meant.
 * @throws AppError bad-input, not-allowed
 */
export async function createResource(
  ctx: Ctx,
  scope: Scope.Scope,
  input: unknown,
): Promise<{ id: string; warnings: FieldError[] }> {
  const draft = ResourceDraft.parse(input)
  assertMayEdit(scope, scope.merchantId)
  await assertUpstream(draft)
  const id = ctx.id()
  await withTransaction(async (tx) => {
    // Locked, so that two creations at once cannot both find the path free.
    const [merchant] = await tx.query<{ slug: string }>(
      sql`SELECT slug FROM merchant WHERE id = ${scope.merchantId}::uuid FOR UPDATE`,
    )
    if (!merchant) throw new AppError('not-found', 'There is no such merchant.')
    await assertPathFree(tx, scope.merchantId, id, draft)
    await assertPolicy(tx, scope.merchantId, draft)
    await tx.execute(sql`
      INSERT INTO resource (id, merchant_id, method, path, name, description, mime_type, upstream_url, execution,
        policy_id, timeout_ms, price_micros, pricing, settle, streaming, side_effects, session, meter, unit_type, deposit_units,
        listing, access_seconds, identifier_required, permit2, contract_payers)
      VALUES (${id}::uuid, ${scope.merchantId}::uuid, ${draft.method}, ${draft.path}, ${draft.name},
        ${draft.description}, ${draft.mimeType}, ${draft.upstreamUrl},
        ${draft.execution && json(draft.execution)}::jsonb, ${draft.policyId}::uuid, ${draft.timeoutMs},
        ${draft.priceMicros}, ${draft.pricing && json(draft.pricing)}::jsonb, ${draft.settle}::settle_when, ${draft.streaming}, ${draft.sideEffects}, ${draft.session},
        ${draft.meter}::meter, ${draft.unitType}, ${draft.depositUnits}, ${json(draft.listing)}::json,
        ${draft.accessSeconds}, ${draft.identifierRequired}, ${draft.permit2}, ${draft.contractPayers})`)
    await writePrice(tx, ctx, id, 1, draft)
    await recordEvent(tx, ctx, {
      type: 'resource.created',
      merchantId: scope.merchantId,
      resourceId: id,
      data: { ...draft, revision: 1 },
    })
    await notifyResourceChanged(tx, merchant.slug)
  })
  return { id, warnings: ResourceDraft.findWarnings(draft) }
}
