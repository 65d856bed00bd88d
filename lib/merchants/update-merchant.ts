import type { Ctx } from '../ctx'
import { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { wrongFields } from '@/lib/errors'
import { isSlugFree } from './is-slug-free'
import { lockMerchant } from './lock-merchant'
import * as MerchantDraft from './MerchantDraft'
import { notifyResourceChanged } from './notify-resource-changed'

/**
 * Sets the name and the slug of the scope's merchant. A new slug moves all its gateway URLs; the old one stays reserved for it. A
 * change of nothing writes nothing.
 * @throws AppError bad-input, not-allowed
 */
export async function updateMerchant(ctx: Ctx, scope: MemberScope.MemberScope, input: unknown): Promise<void> {
  const { merchantId } = scope
  MemberScope.assertMay(scope, merchantId, 'shop')
  const { name, slug } = MerchantDraft.parseProfile(input)
  await withTransaction(async (tx) => {
    const before = await lockMerchant(tx, merchantId)
    if (before.name === name && before.slug === slug) return
    if (!(await isSlugFree(slug, merchantId, tx)))
      throw wrongFields([{ field: 'slug', message: 'This address is taken. Choose another one' }])
    const former = before.formerSlugs.filter((old) => old !== slug)
    const formerSlugs = slug === before.slug ? former : [...former, before.slug]
    await tx.execute(sql`
      UPDATE merchant SET name = ${name}, slug = ${slug}, former_slugs = ${formerSlugs}::text[]
      WHERE id = ${merchantId}::uuid`)
    const changes = {
      ...(before.name !== name && { name: { from: before.name, to: name } }),
      ...(before.slug !== slug && { slug: { from: before.slug, to: slug } }),
    }
    await recordEvent(tx, ctx, { type: 'merchant.updated', merchantId, data: { changes } })
    for (const changed of new Set([before.slug, slug])) await notifyResourceChanged(tx, changed)
  })
}
