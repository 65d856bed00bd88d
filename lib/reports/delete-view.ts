import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { MemberScope } from '@/lib/auth'
import { sql, withTransaction } from '@/lib/db'
import { Filter } from '@/lib/paging'

/** Deletes a view of this member; one that is gone already is no error. @throws AppError not-allowed */
export async function deleteView(ctx: Ctx, scope: MemberScope.MemberScope, id: string): Promise<void> {
  const { merchantId, address } = scope
  MemberScope.assertMay(scope, merchantId, 'books')
  if (!Filter.isId(id)) return
  await withTransaction(async (tx) => {
    const [gone] = await tx.query<{ page: string; name: string }>(sql`
      DELETE FROM saved_view WHERE id = ${id}::uuid AND merchant_id = ${merchantId}::uuid AND member = ${address} RETURNING page, name`)
    if (!gone) return
    const { page, name } = gone
    await recordEvent(tx, ctx, { type: 'books.view_deleted', merchantId, data: { page }, sensitive: { name } })
  })
}
