import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { MemberScope } from '@/lib/auth'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { parse } from './SavedView'

const viewsMax = 50

/**
 * Saves a view of a list for this member; a view of the same name is replaced. May be called twice.
 * @throws AppError bad-input, not-allowed
 */
export async function saveView(ctx: Ctx, scope: MemberScope.MemberScope, input: unknown): Promise<void> {
  const { merchantId, address } = scope
  MemberScope.assertMay(scope, merchantId, 'books')
  const { page, name, query } = parse(input)
  await withTransaction(async (tx) => {
    const [held] = await tx.query<{ count: number }>(sql`
      SELECT count(*)::int AS count FROM saved_view
      WHERE merchant_id = ${merchantId}::uuid AND member = ${address} AND page = ${page} AND name <> ${name}`)
    if ((held?.count ?? 0) >= viewsMax)
      throw new AppError('bad-input', `Keep at most ${viewsMax} views. Delete one first.`)
    const written = await tx.execute(sql`
      INSERT INTO saved_view AS v (id, merchant_id, member, page, name, query)
      VALUES (${ctx.id()}::uuid, ${merchantId}::uuid, ${address}, ${page}, ${name}, ${query})
      ON CONFLICT (merchant_id, member, page, name) DO UPDATE SET query = EXCLUDED.query WHERE v.query <> EXCLUDED.query`)
    if (written > 0)
      await recordEvent(tx, ctx, { type: 'books.view_saved', merchantId, data: { page }, sensitive: { name, query } })
  })
}
