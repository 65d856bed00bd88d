import type { Ctx } from '../ctx'
import { Scope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { db, sql, withTransaction, type Tx } from '@/lib/db'
import { checkUrl } from '@/lib/egress'
import { AppError } from '@/lib/errors'
import { forgetRoutes } from './find-route'
import * as RemoteFacilitator from './RemoteFacilitator'
import * as RemoteFacilitatorDraft from './RemoteFacilitatorDraft'

const facilitatorsMax = 20

/**
 * Lets another facilitator be chosen in the routes of the scope's merchant. Its credentials are sealed at once and can never be
 * read back. Each call makes one.
 * @throws AppError bad-input, not-allowed
 */
export async function createRemoteFacilitator(ctx: Ctx, scope: Scope.Scope, input: unknown): Promise<{ id: string }> {
  const { merchantId } = scope
  Scope.assertOwner(scope, merchantId)
  const draft = RemoteFacilitatorDraft.parse(input)
  await assertReachable(draft.url)
  const id = ctx.id()
  const sealed = sealedOf(id, draft)
  await withTransaction(async (tx) => {
    const [others] = await tx.query<{ count: bigint }>(
      sql`SELECT count(*) FROM facilitator_upstream WHERE merchant_id = ${merchantId}::uuid`,
    )
    if (Number(others?.count ?? 0) >= facilitatorsMax)
      throw RemoteFacilitatorDraft.wrong([
        { field: 'name', message: `There are ${facilitatorsMax} already: edit one of them` },
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

/**
 * Edits one. Credentials that are left empty stay what they are. Payments that it has stay its own. May be called twice.
 * @throws AppError bad-input, not-found, not-allowed
 */
export async function updateRemoteFacilitator(ctx: Ctx, scope: Scope.Scope, id: string, input: unknown): Promise<void> {
  const { merchantId, ...stored } = await lockFacilitator(db, scope, id)
  const draft = RemoteFacilitatorDraft.parse(input, stored.authKind)
  // Credentials never follow an edit to another server than the one that they were given for.
  if (draft.auth === undefined && new URL(draft.url).origin !== new URL(stored.url).origin)
    throw RemoteFacilitatorDraft.wrong([
      { field: stored.authKind === 'cdp' ? 'keySecret' : 'headers', message: 'Write it again: the address is another' },
    ])
  await assertReachable(draft.url)
  await withTransaction(async (tx) => {
    const before = await lockFacilitator(tx, scope, id)
    if (before.authKind !== stored.authKind || before.url !== stored.url)
      throw new AppError(
        'stale-state',
        'Somebody else edited this facilitator meanwhile. Reload it and repeat your change.',
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

/**
 * Switches one on or off. Off, it is given no payment; those that it has are looked after until the chain says what became of
 * them. May be called twice.
 * @throws AppError not-found, not-allowed
 */
export async function setRemoteFacilitatorStatus(
  ctx: Ctx,
  scope: Scope.Scope,
  id: string,
  enabled: boolean,
): Promise<void> {
  await withTransaction(async (tx) => {
    const before = await lockFacilitator(tx, scope, id)
    if (before.enabled === enabled) return
    await tx.execute(sql`
      UPDATE facilitator_upstream SET enabled = ${enabled}, failures = 0, open_until = NULL WHERE id = ${id}::uuid`)
    const data = { upstreamId: id, name: before.name, enabled }
    await recordEvent(tx, ctx, { type: 'facilitator.upstream_switched', merchantId: before.merchantId, data })
    forgetRoutes(before.merchantId)
  })
}

type Stored = {
  merchantId: string
  name: string
  url: string
  authKind: RemoteFacilitator.FacilitatorAuth['kind']
  enabled: boolean
}

/** In a transaction it is locked until its end. */
async function lockFacilitator(by: Pick<Tx, 'query'>, scope: Scope.Scope, id: string): Promise<Stored> {
  const [row] = await by.query<Stored>(sql`
    SELECT merchant_id, name, url, auth_kind, enabled
    FROM facilitator_upstream WHERE id = ${id}::uuid FOR UPDATE`)
  if (!row) throw new AppError('not-found', 'There is no such facilitator.')
  Scope.assertOwner(scope, row.merchantId)
  return row
}

async function assertReachable(url: string): Promise<void> {
  const fault = await checkUrl(url)
  if (fault) throw RemoteFacilitatorDraft.wrong([{ field: 'url', message: fault }])
}

function sealedOf(id: string, { auth }: RemoteFacilitatorDraft.RemoteFacilitatorDraft): Buffer | null {
  const sealed = auth && RemoteFacilitator.sealAuth(id, auth)
  return sealed ? Buffer.from(sealed) : null
}

function asTaken(error: unknown): never {
  if ((error as { code?: string }).code === '23505')
    throw RemoteFacilitatorDraft.wrong([{ field: 'name', message: 'There is one of this name already' }])
  throw error
}

export type RouteInput = { network: string; scheme: string; targets: readonly string[] }
