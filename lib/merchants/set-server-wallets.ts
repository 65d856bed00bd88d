import type { Ctx } from '../ctx'
import { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import { lockMerchant } from './lock-merchant'

/**
 * Sets whether the wallets of this server pay for a merchant (`findServerWallets` of lib/auth). For operators. May be called
 * twice; a change of nothing writes nothing.
 * @throws AppError not-found for other members and for an unknown merchant.
 */
export async function setServerWallets(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  merchantId: string,
  isAllowed: boolean,
): Promise<void> {
  MemberScope.assertMay(scope, null, 'shop')
  await withTransaction(async (tx) => {
    await lockMerchant(tx, merchantId)
    const changed = await tx.execute(sql`
      UPDATE merchant SET server_wallets = ${isAllowed}
      WHERE id = ${merchantId}::uuid AND server_wallets <> ${isAllowed}`)
    if (changed > 0)
      await recordEvent(tx, ctx, { type: 'merchant.server_wallets_set', merchantId, data: { isAllowed } })
  })
}
