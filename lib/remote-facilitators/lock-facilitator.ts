import { MemberScope } from '@/lib/auth'
import { sql, type Tx } from '@/lib/db'
import { AppError } from '@/lib/errors'
import type * as RemoteFacilitator from './RemoteFacilitator'

type Stored = {
  merchantId: string
  name: string
  url: string
  authKind: RemoteFacilitator.FacilitatorAuth['kind']
  enabled: boolean
}

/** Reads a facilitator's row, locked until the end of the transaction. @throws AppError not-found, not-allowed */
export async function lockFacilitator(
  by: Pick<Tx, 'query'>,
  scope: MemberScope.MemberScope,
  id: string,
): Promise<Stored> {
  const [row] = await by.query<Stored>(sql`
    SELECT merchant_id, name, url, auth_kind, enabled
    FROM facilitator_upstream WHERE id = ${id}::uuid FOR UPDATE`)
  if (!row) throw new AppError('not-found', 'There is no such facilitator.')
  MemberScope.assertMay(scope, row.merchantId, 'integrate')
  return row
}
