import type { Ctx } from '../ctx'
import { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import type { FieldError } from '@/lib/errors'
import { AppError } from '@/lib/errors'
import { assertUpstream } from './assert-upstream'
import * as ResourceDraft from './ResourceDraft'
import * as ResourceRow from './ResourceRow'
import { notifyResourceChanged } from './notify-resource-changed'
import { assertPathFree } from './assert-path-free'
import { assertPayoutsCurrent } from './assert-payouts-current'
import { assertPayoutsSigned } from './assert-payouts-signed'
import { fillPayouts } from './fill-payouts'
import { getMerchant } from './get-merchant'
import { readSignature } from './read-signature'
import { writePrice } from './write-price'
import { assertPolicy } from './assert-policy'

/**
 * Creates a resource of the scope's merchant: live at once, or a draft, which may lack a name and an upstream.
 * @returns its id, and warnings about probable mistakes.
 * @param input of `ResourceDraft.parse`; `signed` holds the signature that payouts of its own need (`assertPayoutsSigned`).
 * @throws AppError bad-input, not-allowed
 */
export async function createResource(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  input: unknown,
  status: 'live' | 'draft' = 'live',
): Promise<{ id: string; warnings: FieldError[] }> {
  MemberScope.assertMay(scope, scope.merchantId, 'sell')
  const filled = await fillPayouts(scope.merchantId, input)
  const draft = status === 'draft' ? ResourceDraft.parseForLater(filled) : ResourceDraft.parse(filled)
  await assertUpstream(draft)
  const { merchantId } = scope
  const { slug } = await getMerchant(scope, merchantId)
  await assertPayoutsSigned(ctx, scope, { merchantId, slug, draft, before: [], signed: readSignature(input) })
  const id = ctx.id()
  await withTransaction(async (tx) => {
    // Locked, so that of two creations at once only one finds the path free.
    const [merchant] = await tx.query<{ slug: string }>(
      sql`SELECT slug FROM merchant WHERE id = ${scope.merchantId}::uuid FOR UPDATE`,
    )
    if (!merchant) throw new AppError('not-found', 'There is no such merchant.')
    await assertPayoutsCurrent(tx, scope.merchantId, draft)
    await assertPathFree(tx, scope.merchantId, id, draft)
    await assertPolicy(tx, scope.merchantId, draft)
    await tx.execute(sql`
      INSERT INTO resource (id, merchant_id, status, ${ResourceRow.inserted})
      VALUES (${id}::uuid, ${scope.merchantId}::uuid, ${status}::resource_status, ${ResourceRow.values(draft)})`)
    await writePrice(tx, ctx, id, 1, draft)
    await recordEvent(tx, ctx, {
      type: 'resource.created',
      merchantId: scope.merchantId,
      resourceId: id,
      data: { ...draft, revision: 1, status },
    })
    await notifyResourceChanged(tx, merchant.slug)
  })
  return { id, warnings: ResourceDraft.findWarnings(draft) }
}
