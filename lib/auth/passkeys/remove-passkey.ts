import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import type { MemberScope } from '../MemberScope'

/** Removes a passkey of the scope's wallet; sessions that it opened stay. May be called twice. */
export async function removePasskey(ctx: Ctx, scope: MemberScope, id: string): Promise<void> {
  await withTransaction(async (tx) => {
    const [removed] = await tx.query<{ device: string }>(sql`
      DELETE FROM passkey WHERE id = ${id} AND wallet = ${scope.address} RETURNING device`)
    if (!removed) return
    const data = { wallet: scope.address, device: removed.device }
    await recordEvent(tx, ctx, { type: 'passkey.removed', merchantId: scope.merchantId, data })
  })
}
