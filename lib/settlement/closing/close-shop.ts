import type { Ctx } from '../../ctx'
import { type MemberScope, proveConfirmation, revokeApiKeysOf } from '@/lib/auth'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { closeMerchant } from '@/lib/merchants'
import { assertClosable } from './assert-closable'
import * as Closing from './Closing'
import { findClosingObstacles } from './find-closing-obstacles'

/**
 * Closes the scope's shop for good: its addresses answer 410, its API keys are revoked, its slug stays taken and its books stay readable.
 * The wallet of the session must have signed exactly this, so a stolen session cannot do it. Not idempotent: a second call is refused.
 * @param input `slug`: as typed. `signed`: { message, signature } over `beginClosing`'s challenge.
 * @throws AppError bad-input for another slug, not-allowed, not-signed-in for a wrong signature, stale-state with what must be finished.
 */
export async function closeShop(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  { slug, signed }: { slug: string; signed: unknown },
): Promise<void> {
  const { merchantId } = scope
  await assertClosable(scope, slug)
  await proveConfirmation(ctx, scope.address, Closing.statement(slug), signed)
  await withTransaction(async (tx) => {
    await tx.query(sql`SELECT 1 FROM merchant WHERE id = ${merchantId}::uuid FOR UPDATE`)
    const obstacles = await findClosingObstacles(merchantId, tx)
    if (obstacles.length > 0)
      throw new AppError('stale-state', `Not yet: ${obstacles.map(({ words }) => words).join('; ')}.`)
    await closeMerchant(tx, ctx, merchantId)
    await revokeApiKeysOf(tx, ctx, merchantId)
  })
}
