import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { MemberScope } from '@/lib/auth'
import { json, sql, withTransaction } from '@/lib/db'
import { parse } from './BookSettings'

/**
 * Sets the account numbers of the journal of the scope's merchant. Months that are closed keep theirs. May be called twice.
 * @throws AppError bad-input, not-allowed
 */
export async function updateBookSettings(ctx: Ctx, scope: MemberScope.MemberScope, input: unknown): Promise<void> {
  const { merchantId } = scope
  MemberScope.assertMay(scope, merchantId, 'books')
  const settings = parse(input)
  await withTransaction(async (tx) => {
    const written = await tx.execute(sql`
      INSERT INTO book_setting AS b (merchant_id, settings, updated_by)
      VALUES (${merchantId}::uuid, ${json(settings)}::jsonb, ${scope.address})
      ON CONFLICT (merchant_id) DO UPDATE
        SET settings = EXCLUDED.settings, updated_by = EXCLUDED.updated_by, updated_at = now()
        WHERE b.settings <> EXCLUDED.settings`)
    if (written > 0) await recordEvent(tx, ctx, { type: 'books.settings_updated', merchantId, data: { settings } })
  })
}
