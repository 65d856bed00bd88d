import type { Ctx } from '../ctx'
import type { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { db, sql, withTransaction } from '@/lib/db'
import { AppError, wrongFields } from '@/lib/errors'
import { forgetRoutes } from './read-routes'
import * as RemoteFacilitatorDraft from './RemoteFacilitatorDraft'
import { sealedOf, asTaken } from './StoredDraft'
import { assertReachable } from './assert-reachable'
import { lockFacilitator } from './lock-facilitator'

/**
 * Edits a remote facilitator. Empty credentials keep the stored ones. Payments that it has stay with it. Idempotent.
 * @throws AppError bad-input, not-found, not-allowed
 */
export async function updateRemoteFacilitator(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  id: string,
  input: unknown,
): Promise<void> {
  const { merchantId, ...stored } = await lockFacilitator(db, scope, id)
  const draft = RemoteFacilitatorDraft.parse(input, stored.authKind)
  // Credentials are never sent to another server than the one that they were entered for.
  if (draft.auth === undefined && new URL(draft.url).origin !== new URL(stored.url).origin)
    throw wrongFields([
      {
        field: stored.authKind === 'cdp' ? 'keySecret' : 'headers',
        message: 'Enter it again: the address has changed',
      },
    ])
  await assertReachable(draft.url)
  await withTransaction(async (tx) => {
    const before = await lockFacilitator(tx, scope, id)
    if (before.authKind !== stored.authKind || before.url !== stored.url)
      throw new AppError(
        'stale-state',
        'Another member edited this facilitator meanwhile. Reload the page and repeat your change.',
      )
    const { name, url, authKind, timeoutMs } = draft
    await tx.execute(sql`
      UPDATE facilitator_upstream SET name = ${name}, url = ${url}, timeout_ms = ${timeoutMs}, auth_kind = ${authKind},
        auth_sealed = CASE WHEN ${draft.auth === undefined} THEN auth_sealed ELSE ${sealedOf(id, draft)} END,
        auth_hint = coalesce(${draft.authHint ?? null}, auth_hint), failures = 0, open_until = NULL, supported_at = NULL
      WHERE id = ${id}::uuid`)
    const data = { upstreamId: id, name, url, authKind, timeoutMs, credentialsChanged: draft.auth !== undefined }
    await recordEvent(tx, ctx, { type: 'facilitator.upstream_updated', merchantId, data })
  }).catch(asTaken)
  forgetRoutes(merchantId)
}
