import { isDeepStrictEqual } from 'node:util'
import type { Ctx } from '../ctx'
import { MemberScope } from '@/lib/auth'
import { recordEvent } from '@/lib/audit'
import { db, json, sql, withTransaction, type Tx } from '@/lib/db'
import { AppError, type FieldError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import { assertUpstream } from './assert-upstream'
import * as ResourceDraft from './ResourceDraft'
import * as ResourceRow from './ResourceRow'
import { lockResource, type LockedResource } from './lock-resource'
import { notifyResourceChanged } from './notify-resource-changed'
import { assertPathFree } from './assert-path-free'
import { assertPayoutsCurrent } from './assert-payouts-current'
import { assertPayoutsSigned } from './assert-payouts-signed'
import { fillPayouts } from './fill-payouts'
import { readSignature } from './read-signature'
import { writePrice } from './write-price'
import { assertPolicy } from './assert-policy'

/**
 * Edits a resource. Every edit is a new revision with its own price row; earlier quotes stay valid until they expire. An edit
 * that changes nothing writes nothing. `status` puts a draft on sale, or keeps it a draft, which may lack a name and an upstream;
 * without it the state stays as it is.
 * @param revision the edited one.
 * @throws AppError bad-input, not-found, not-allowed, stale-state if another edit came first.
 */
export async function updateResource(
  ctx: Ctx,
  scope: MemberScope.MemberScope,
  id: string,
  revision: number,
  input: unknown,
  status?: 'live' | 'draft',
): Promise<{ warnings: FieldError[] }> {
  const owner = await findOwner(id)
  const filled = owner ? await fillPayouts(owner.merchantId, input) : input
  const draft = status === 'draft' ? ResourceDraft.parseForLater(filled) : ResourceDraft.parse(filled)
  await assertUpstream(draft)
  // The revision is checked below: payouts that changed since then refuse the edit.
  if (owner) {
    MemberScope.assertMay(scope, owner.merchantId, 'sell')
    await assertPayoutsSigned(ctx, scope, { ...owner, draft, signed: readSignature(input) })
  }
  await withTransaction(async (tx) => {
    // Before the resource: a change of the merchant's payouts locks in this order.
    if (!draft.ownPayouts && owner)
      await tx.query(sql`SELECT 1 FROM merchant WHERE id = ${owner.merchantId}::uuid FOR SHARE`)
    const before = await lockResource(tx, scope, id)
    if (before.revision !== revision)
      throw new AppError(
        'stale-state',
        'Another user edited this resource meanwhile. Reload it and repeat your change.',
      )
    if (status !== undefined && before.status !== 'draft')
      throw new AppError('stale-state', 'This resource is no longer a draft. Reload it and repeat your change.')
    if (status === 'live') await publish(tx, ctx, before)
    const changes = diff(before, draft)
    if (Object.keys(changes).length === 0) return
    await assertPayoutsCurrent(tx, before.merchantId, draft)
    await assertPathFree(tx, before.merchantId, id, draft)
    await assertPolicy(tx, before.merchantId, draft)
    await tx.execute(sql`
      UPDATE resource SET ${ResourceRow.assignments(draft)}, revision = ${revision + 1}, updated_at = now()
      WHERE id = ${id}::uuid`)
    await writePrice(tx, ctx, id, revision + 1, draft)
    await recordEvent(tx, ctx, {
      type: 'resource.updated',
      merchantId: before.merchantId,
      resourceId: id,
      data: { revision: revision + 1, changes, ...(draft.note && { note: draft.note }) },
    })
    await notifyResourceChanged(tx, before.merchantSlug)
  })
  return { warnings: ResourceDraft.findWarnings(draft) }
}

/** The merchant of a resource, and the payouts that it has. */
async function findOwner(
  id: string,
): Promise<{ merchantId: string; slug: string; before: { network: Caip2; payTo: string }[] } | undefined> {
  const [owner] = await db.query<{ merchantId: string; slug: string; before: { network: Caip2; payTo: string }[] }>(sql`
    SELECT r.merchant_id, m.slug,
      (SELECT coalesce(json_agg(json_build_object('network', p.network, 'payTo', p.pay_to)), '[]')
         FROM resource_payout p WHERE p.resource_id = r.id) AS before
    FROM resource r JOIN merchant m ON m.id = r.merchant_id WHERE r.id::text = ${id}`)
  return owner
}

async function publish(tx: Tx, ctx: Ctx, { id, merchantId, merchantSlug }: LockedResource): Promise<void> {
  await tx.execute(sql`UPDATE resource SET status = 'live', updated_at = now() WHERE id = ${id}::uuid`)
  await recordEvent(tx, ctx, { type: 'resource.published', merchantId, resourceId: id })
  await notifyResourceChanged(tx, merchantSlug)
}

/** As JSON, because the database has its own order of members. */
function plain(value: unknown): unknown {
  return JSON.parse(json(value))
}

/** What differs, as { field: { from, to } }. */
function diff(row: LockedResource, draft: ResourceDraft.ResourceDraft): Record<string, { from: unknown; to: unknown }> {
  const before = ResourceRow.fromRow(row)
  const sorted = { ...draft, payouts: draft.payouts.toSorted((a, b) => (a.network < b.network ? -1 : 1)) }
  const fields = [...ResourceRow.members, 'payouts'] as const
  return Object.fromEntries(
    fields
      .filter((field) => !isDeepStrictEqual(plain(before[field]), plain(sorted[field])))
      .map((field) => [field, { from: before[field], to: sorted[field] }]),
  )
}
