import type { Ctx } from '../ctx'
import { json, sql, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import * as ResourceDraft from './ResourceDraft'

/** @throws AppError bad-input when the same requests would mean another resource of this merchant too. */
export async function assertPathFree(
  tx: Tx,
  merchantId: string,
  id: string,
  draft: ResourceDraft.ResourceDraft,
): Promise<void> {
  const others = await tx.query<{ path: string }>(sql`
    SELECT path FROM resource WHERE merchant_id = ${merchantId}::uuid AND method = ${draft.method} AND id <> ${id}::uuid`)
  const same = others.find(({ path }) => ResourceDraft.shapeOf(path) === ResourceDraft.shapeOf(draft.path))
  if (!same) return
  const message = `${draft.method} ${same.path} is already there: edit it, or choose another path`
  throw new AppError('bad-input', 'Some fields are not right yet.', { fields: [{ field: 'path', message }] })
}

/** @throws AppError bad-input when the policy that an action is held to is not this merchant's, or not in use any more. */
export async function assertPolicy(
  tx: Tx,
  merchantId: string,
  { policyId }: ResourceDraft.ResourceDraft,
): Promise<void> {
  if (policyId === null) return
  const [found] = await tx.query(sql`
    SELECT 1 FROM execution_policy
    WHERE id = ${policyId}::uuid AND merchant_id = ${merchantId}::uuid AND archived_at IS NULL`)
  if (found) return
  const message = 'Choose one of your policies: an action is always held to one'
  throw new AppError('bad-input', 'Some fields are not right yet.', { fields: [{ field: 'policyId', message }] })
}

type Priced = Pick<ResourceDraft.ResourceDraft, 'priceMicros' | 'pricing' | 'note' | 'payouts'>

/** Writes where the money goes and this revision's page of the price book, closing the one before. */
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
