import type { Ctx } from '../ctx'
import { recordEvents } from '@/lib/audit'
import { MemberScope } from '@/lib/auth'
import { sql, withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { Filter } from '@/lib/paging'
import { countOwn } from './count-own'
import { parseSubjects } from './PaymentFilter'
import { parse } from './PaymentNote'

/**
 * Sets the label, the note or both of some payments and sessions of the scope's merchant; at most a hundred at once. What the input
 * leaves out stays. All of them are written, or none. May be called twice; a change of nothing writes nothing.
 * @param subjectIds ids of payments and channels.
 * @returns how many changed.
 * @throws AppError bad-input, not-allowed; not-found if one is not the merchant's.
 */
export async function notePayments(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  subjectIds: readonly string[],
  input: unknown,
): Promise<number> {
  const { merchantId } = scope
  MemberScope.assertMay(scope, merchantId, 'books')
  const { label, note } = parse(input)
  const ids = parseSubjects(subjectIds)
  return withTransaction(async (tx) => {
    if ((await countOwn(tx, merchantId, ids)) !== ids.length)
      throw new AppError('not-found', 'There is nothing of this kind here.')
    const changed = await tx.query<{ subjectId: string }>(sql`
      INSERT INTO payment_note AS n (merchant_id, subject_id, label, note, updated_by)
      SELECT ${merchantId}::uuid, id, ${label ?? ''}, ${note ?? ''}, ${scope.address} FROM unnest(${ids.toSorted()}::text[]) AS x(id)
      ON CONFLICT (merchant_id, subject_id) DO UPDATE SET
        label = coalesce(${label ?? null}, n.label), note = coalesce(${note ?? null}, n.note),
        updated_by = EXCLUDED.updated_by, updated_at = now()
      WHERE (n.label, n.note) IS DISTINCT FROM (coalesce(${label ?? null}, n.label), coalesce(${note ?? null}, n.note))
      RETURNING n.subject_id`)
    const sensitive = { ...(label !== undefined && { label }), ...(note !== undefined && { note }) }
    const events = changed.map(({ subjectId }) => ({
      type: 'books.payment_noted' as const,
      merchantId,
      ...(Filter.isId(subjectId) ? { paymentId: subjectId } : { channelId: subjectId }),
      sensitive,
    }))
    if (events.length > 0) await recordEvents(tx, ctx, events)
    return changed.length
  })
}
