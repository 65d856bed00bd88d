import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { json, sql, type Tx } from '@/lib/db'
import { lockFollowing } from './lock-following'
import type * as MerchantDraft from './MerchantDraft'
import { notifyResourceChanged } from './notify-resource-changed'
import * as ResourceRow from './ResourceRow'
import { writePrice } from './write-price'

type Merchant = { id: string; slug: string }

/**
 * Puts payouts of a merchant into force, in the caller's transaction, which holds the merchant's row locked: the profile, and a
 * new revision of each resource that follows it, so that quotes made before still pay to the address that they named.
 * @throws AppError stale-state if a resource that is sold by sessions would have no network with channels.
 */
export async function writePayouts(
  tx: Tx,
  ctx: Ctx,
  { id: merchantId, slug }: Merchant,
  { payouts, delayHours }: MerchantDraft.PayoutProfile,
): Promise<void> {
  const following = await lockFollowing(tx, merchantId, payouts)
  await tx.execute(sql`DELETE FROM merchant_payout WHERE merchant_id = ${merchantId}::uuid`)
  await tx.execute(sql`
    INSERT INTO merchant_payout (merchant_id, network, pay_to)
    SELECT ${merchantId}::uuid, entry->>'network', entry->>'payTo' FROM jsonb_array_elements(${json(payouts)}::jsonb) entry`)
  await tx.execute(sql`UPDATE merchant SET payout_delay_hours = ${delayHours} WHERE id = ${merchantId}::uuid`)
  for (const row of following) {
    const { priceMicros, pricing } = ResourceRow.fromRow(row)
    const revision = row.revision + 1
    await tx.execute(sql`
      UPDATE resource SET revision = ${revision}, updated_at = now() WHERE id = ${row.id}::uuid`)
    await writePrice(tx, ctx, row.id, revision, {
      priceMicros,
      pricing,
      note: 'The payouts of the shop changed.',
      payouts,
    })
    const data = { revision, changes: { payouts: { to: payouts } } }
    await recordEvent(tx, ctx, { type: 'resource.updated', merchantId, resourceId: row.id, data })
  }
  await notifyResourceChanged(tx, slug)
}
