import type { Ctx } from '../ctx'
import { failpoint } from '../failpoint'
import { log } from '../log'
import { recordEvent } from '@/lib/audit'
import { db, sql, withTransaction, type Sql } from '@/lib/db'
import { lockMerchant } from './lock-merchant'
import type { PayoutProfile } from './MerchantDraft'
import { writePayouts } from './write-payouts'

const due = sql`applied_at IS NULL AND cancelled_at IS NULL AND applies_at <= now()`

/** SQL condition: `applyPayoutChanges` has something to do. */
export const toApplyPayouts: Sql = sql`EXISTS (SELECT FROM merchant_payout_change WHERE ${due})`

/**
 * Puts into force the changes of payouts whose delay is over. Safe to run in any process at any time: each is applied once. A
 * change that cannot be applied waits and is tried again.
 * @returns the number of changes applied.
 */
export async function applyPayoutChanges(ctx: Ctx): Promise<number> {
  const rows = await db.query<{ id: string; merchantId: string }>(sql`
    SELECT id, merchant_id FROM merchant_payout_change WHERE ${due} ORDER BY applies_at LIMIT 100`)
  let applied = 0
  for (const { id, merchantId } of rows) {
    if (ctx.isLate()) break
    try {
      if (await apply(ctx, id, merchantId)) applied += 1
    } catch (error) {
      log().warn({ err: error, changeId: id }, 'a change of payouts could not be applied yet')
    }
  }
  return applied
}

async function apply(ctx: Ctx, id: string, merchantId: string): Promise<boolean> {
  return withTransaction(async (tx) => {
    const merchant = await lockMerchant(tx, merchantId)
    const [row] = await tx.query<{ change: { before: PayoutProfile; after: PayoutProfile } }>(sql`
      UPDATE merchant_payout_change SET applied_at = now() WHERE id = ${id}::uuid AND ${due} RETURNING change`)
    if (!row) return false
    const { before, after } = row.change
    await recordEvent(tx, ctx, { type: 'merchant.payouts_changed', merchantId, data: { changeId: id, before, after } })
    await writePayouts(tx, ctx, merchant, after)
    failpoint('before-commit')
    return true
  })
}
