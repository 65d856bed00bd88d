import type { Ctx } from '../ctx'
import { json, sql, type Tx } from '@/lib/db'
import type * as ResourceDraft from './ResourceDraft'

type Priced = Pick<ResourceDraft.ResourceDraft, 'priceMicros' | 'pricing' | 'note' | 'payouts'>

/** Writes the payouts and this revision's row of the price book, and closes the row before it. */
export async function writePrice(tx: Tx, ctx: Ctx, id: string, revision: number, draft: Priced): Promise<void> {
  const payTo = Object.fromEntries(draft.payouts.map(({ network, payTo: address }) => [network, address]))
  await tx.execute(sql`DELETE FROM resource_payout WHERE resource_id = ${id}::uuid`)
  await tx.execute(sql`
    INSERT INTO resource_payout (resource_id, network, pay_to)
    SELECT ${id}::uuid, key, value FROM jsonb_each_text(${json(payTo)}::jsonb)`)
  await tx.execute(sql`
    UPDATE resource_price SET valid_until = now() WHERE resource_id = ${id}::uuid AND valid_until IS NULL`)
  await tx.execute(sql`
    INSERT INTO resource_price (resource_id, revision, price_micros, pricing, pay_to, changed_by, note)
    VALUES (${id}::uuid, ${revision}, ${draft.priceMicros}, ${draft.pricing && json(draft.pricing)}::jsonb,
      ${json(payTo)}::jsonb, ${ctx.actor.id}, ${draft.note})`)
}
