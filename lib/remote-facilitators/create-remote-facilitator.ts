import { wrongFields } from '@/lib/errors'
import type { Ctx } from '../ctx'
import { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import * as RemoteFacilitatorDraft from './RemoteFacilitatorDraft'
import { assertReachable } from './assert-reachable'
import { sealedOf, asTaken } from './StoredDraft'

const facilitatorsMax = 20

/**
 * Adds a remote facilitator for the routes of the scope's merchant. Its credentials are sealed at once and can never be
 * read back. Not idempotent: each call adds one.
 * @throws AppError bad-input, not-allowed
 */
export async function createRemoteFacilitator(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  input: unknown,
): Promise<{ id: string }> {
  const { merchantId } = scope
  MemberScope.assertMay(scope, merchantId, 'integrate')
  const draft = RemoteFacilitatorDraft.parse(input)
  await assertReachable(draft.url)
  const id = ctx.id()
  const sealed = sealedOf(id, draft)
  await withTransaction(async (tx) => {
    const [others] = await tx.query<{ count: bigint }>(
      sql`SELECT count(*) FROM facilitator_upstream WHERE merchant_id = ${merchantId}::uuid`,
    )
    if (Number(others?.count ?? 0) >= facilitatorsMax)
      throw wrongFields([
        { field: 'name', message: `There are already ${facilitatorsMax} facilitators: edit one of them` },
      ])
    await tx.execute(sql`
      INSERT INTO facilitator_upstream (id, merchant_id, name, url, auth_kind, auth_sealed, auth_hint, timeout_ms)
      VALUES (${id}::uuid, ${merchantId}::uuid, ${draft.name}, ${draft.url}, ${draft.authKind}, ${sealed},
        ${draft.authHint ?? ''}, ${draft.timeoutMs})`)
    const { name, url, authKind, timeoutMs } = draft
    const data = { upstreamId: id, name, url, authKind, timeoutMs }
    await recordEvent(tx, ctx, { type: 'facilitator.upstream_added', merchantId, data })
  }).catch(asTaken)
  return { id }
}
