import type { MemberScope } from '@/lib/auth'
import { db, sql } from '@/lib/db'
import type { SavedView, ViewPage } from './SavedView'

/** The views of a list that this member saved, by name. */
export function listViews({ merchantId, address }: MemberScope.MemberScope, page: ViewPage): Promise<SavedView[]> {
  return db.query<SavedView>(sql`
    SELECT id, name, query FROM saved_view
    WHERE merchant_id = ${merchantId}::uuid AND member = ${address} AND page = ${page} ORDER BY name`)
}
