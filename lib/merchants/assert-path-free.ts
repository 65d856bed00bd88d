import { sql, type Tx } from '@/lib/db'
import { wrongFields } from '@/lib/errors'
import type { ResourceStatus } from './Resource'
import * as ResourceDraft from './ResourceDraft'

/** @throws AppError bad-input if another resource of this merchant matches the same requests. */
export async function assertPathFree(
  tx: Tx,
  merchantId: string,
  id: string,
  draft: ResourceDraft.ResourceDraft,
): Promise<void> {
  const others = await tx.query<{ path: string; status: ResourceStatus }>(sql`
    SELECT path, status FROM resource WHERE merchant_id = ${merchantId}::uuid AND method = ${draft.method} AND id <> ${id}::uuid`)
  const same = others.find(({ path }) => ResourceDraft.shapeOf(path) === ResourceDraft.shapeOf(draft.path))
  if (!same) return
  const isArchived = same.status === 'archived'
  const message = isArchived
    ? `${draft.method} ${same.path} belongs to an archived resource: restore that one, or choose another path`
    : `${draft.method} ${same.path} is already there: edit it, or choose another path`
  throw wrongFields([{ field: 'path', message }])
}
