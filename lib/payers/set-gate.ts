import type { Ctx } from '../ctx'
import { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { notifyPayerChanged } from './notify-payer-changed'
import { findGate } from './find-gate'
import { parseGate } from './Payer'

/**
 * Sets where the scope's merchant serves only allowed payers: in the whole shop, or for some resources. Applies in every
 * process from the next credential on. May be called twice; a change of nothing writes nothing.
 * @throws AppError bad-input, not-allowed, not-found for a resource of another merchant.
 */
export async function setGate(ctx: Ctx, scope: MemberScope.MemberScope, input: unknown): Promise<void> {
  const gate = parseGate(input)
  const { merchantId } = scope
  MemberScope.assertMay(scope, merchantId, 'customers')
  await withTransaction(async (tx) => {
    await lock(tx, merchantId, scope.address)
    const before = await findGate(merchantId, tx)
    const [added, removed] = [
      gate.resourceIds.filter((id) => !before.resourceIds.includes(id)),
      before.resourceIds.filter((id) => !gate.resourceIds.includes(id)),
    ]
    if (before.wholeShop === gate.wholeShop && added.length + removed.length === 0) return
    await assertOwn(tx, merchantId, added)
    await tx.execute(sql`
      UPDATE payer_gate SET whole_shop = ${gate.wholeShop}, resource_ids = ${gate.resourceIds}::uuid[],
        updated_by = ${scope.address}, updated_at = now()
      WHERE merchant_id = ${merchantId}::uuid`)
    const data = { wholeShop: gate.wholeShop, added, removed }
    await recordEvent(tx, ctx, { type: 'payer.gate_set', merchantId, data })
    await notifyPayerChanged(tx, merchantId)
  })
}

async function lock(tx: Tx, merchantId: string, by: string): Promise<void> {
  await tx.execute(sql`
    INSERT INTO payer_gate (merchant_id, resource_ids, updated_by) VALUES (${merchantId}::uuid, '{}', ${by})
    ON CONFLICT (merchant_id) DO NOTHING`)
  await tx.query(sql`SELECT 1 FROM payer_gate WHERE merchant_id = ${merchantId}::uuid FOR UPDATE`)
}

/** Resources belong to another domain: this only checks that they exist and are this merchant's. */
async function assertOwn(tx: Tx, merchantId: string, ids: readonly string[]): Promise<void> {
  const own = await tx.query(sql`
    SELECT id FROM resource WHERE merchant_id = ${merchantId}::uuid AND id = ANY(${ids}::uuid[])`)
  if (own.length < ids.length) throw new AppError('not-found', 'There is no such resource.')
}
