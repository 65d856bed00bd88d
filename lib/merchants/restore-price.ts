import type { Ctx } from '../ctx'
import type { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { json, sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { PricePlan } from '@/lib/pricing'
import { lockResource } from './lock-resource'
import { notifyResourceChanged } from './notify-resource-changed'
import * as Pricing from './Pricing'
import { writePrice } from './write-price'

/**
 * Restores the price of an earlier version: a new version with the old price, and with the current payouts. Writes nothing if
 * the price is the same already.
 * @param revision the current one, as the page showed it.
 * @param to the version whose price is restored.
 * @throws AppError not-found, not-allowed, stale-state if another edit came first, bad-input if the resource can no longer be
 *   sold at that price.
 */
export async function restorePrice(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  id: string,
  { revision, to }: { revision: number; to: number },
): Promise<void> {
  await withTransaction(async (tx) => {
    const now = await lockResource(tx, scope, id)
    if (now.revision !== revision)
      throw new AppError('stale-state', 'Another user edited this resource meanwhile. Reload it and try again.')
    const [old] = await tx.query<{ priceMicros: bigint; pricing: unknown }>(
      sql`SELECT price_micros, pricing FROM resource_price WHERE resource_id = ${id}::uuid AND revision = ${to}`,
    )
    if (!old) throw new AppError('not-found', 'This resource has no such version.')
    const [priceMicros, pricing] = [old.priceMicros, PricePlan.parse(old.pricing)]
    const before = { priceMicros: now.priceMicros, pricing: PricePlan.parse(now.pricing) }
    if (json(before) === json({ priceMicros, pricing })) return
    if (now.execution && priceMicros === 0n)
      throw new AppError('bad-input', 'An action costs gas: it cannot be given away again.')
    const [fault] = Pricing.faults({ ...now, pricing, sideEffects: now.sideEffects })
    if (fault) throw new AppError('bad-input', `This price does not fit the resource any more. ${fault.message}.`)
    const { payouts } = now
    await tx.execute(sql`
      UPDATE resource SET price_micros = ${priceMicros}, pricing = ${pricing && json(pricing)}::jsonb,
        revision = ${revision + 1}, updated_at = now()
      WHERE id = ${id}::uuid`)
    const note = `Back to version ${to}`
    await writePrice(tx, ctx, id, revision + 1, { priceMicros, pricing, payouts, note })
    const changes = {
      priceMicros: { from: before.priceMicros, to: priceMicros },
      pricing: { from: before.pricing, to: pricing },
    }
    await recordEvent(tx, ctx, {
      type: 'resource.updated',
      merchantId: now.merchantId,
      resourceId: id,
      data: { revision: revision + 1, changes, note },
    })
    await notifyResourceChanged(tx, now.merchantSlug)
  })
}
