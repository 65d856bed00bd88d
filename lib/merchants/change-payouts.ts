import { isDeepStrictEqual } from 'node:util'
import type { Ctx } from '../ctx'
import { failpoint } from '../failpoint'
import { MemberScope, proveConfirmation } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { db, json, sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { assertRailPayouts } from './assert-rail-payouts'
import { findMerchantPayouts } from './find-merchant-payouts'
import { lockFollowing } from './lock-following'
import { lockMerchant } from './lock-merchant'
import * as MerchantDraft from './MerchantDraft'
import { writePayouts } from './write-payouts'

export type SignedText = { message: string; signature: string }

/**
 * Changes the payouts of the scope's merchant: at once, or after the delay that is in force now. The wallet of the session must
 * have signed exactly this change (`MerchantDraft.payoutStatement`), so a stolen session cannot redirect revenue. A change that
 * is already in force writes nothing.
 * @returns when it applies, ms since 1970.
 * @throws AppError bad-input, not-allowed, not-signed-in for a wrong signature, stale-state while another change waits.
 */
export async function changePayouts(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  input: unknown,
  signed: SignedText,
): Promise<{ appliesAtMs: number }> {
  const { merchantId } = scope
  MemberScope.assertMay(scope, merchantId, 'payouts')
  const after = MerchantDraft.parsePayouts(input)
  await assertRailPayouts(scope, merchantId, after.payouts)
  const [merchant] = await db.query<{ slug: string }>(sql`SELECT slug FROM merchant WHERE id = ${merchantId}::uuid`)
  if (!merchant) throw new AppError('not-found', 'There is no such merchant.')
  await proveConfirmation(ctx, scope.address, MerchantDraft.payoutStatement(merchant.slug, after), signed)
  return withTransaction(async (tx) => {
    const locked = await lockMerchant(tx, merchantId)
    const before = await findMerchantPayouts(merchantId, tx)
    const appliesAtMs = ctx.now() + before.delayHours * 3_600_000
    if (isDeepStrictEqual(before, after)) return { appliesAtMs: ctx.now() }
    const waiting = await tx.query(sql`
      SELECT 1 FROM merchant_payout_change
      WHERE merchant_id = ${merchantId}::uuid AND applied_at IS NULL AND cancelled_at IS NULL`)
    if (waiting.length > 0) throw new AppError('stale-state', 'Another change is waiting. Cancel it first.')
    const isNow = before.delayHours === 0
    const id = ctx.id()
    await tx.execute(sql`
      INSERT INTO merchant_payout_change (id, merchant_id, change, requested_by, message, signature, applies_at, applied_at)
      VALUES (${id}::uuid, ${merchantId}::uuid, ${json({ before, after })}::jsonb, ${scope.address}, ${signed.message},
        ${signed.signature}, now() + make_interval(hours => ${before.delayHours}), ${isNow ? sql`now()` : sql`NULL`})`)
    const data = { changeId: id, before, after, ...(!isNow && { appliesAt: new Date(appliesAtMs).toISOString() }) }
    const type = isNow ? 'merchant.payouts_changed' : 'merchant.payouts_requested'
    await recordEvent(tx, ctx, { type, merchantId, data })
    if (isNow) await writePayouts(tx, ctx, locked, after)
    // One that could never be applied is refused now.
    else await lockFollowing(tx, merchantId, after.payouts)
    failpoint('before-commit')
    return { appliesAtMs }
  })
}
