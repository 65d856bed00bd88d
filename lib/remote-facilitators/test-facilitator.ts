import { MemberScope } from '@/lib/auth'
import { db, sql } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { columns } from './columns'
import { refreshOne } from './refresh-one'
import * as RemoteFacilitator from './RemoteFacilitator'

/** The answer of a facilitator to a test. */
export type FacilitatorTest = { ok: boolean; latencyMs: number; kinds: number; detail: string }

/**
 * Asks a facilitator for its /supported now, like the background task, and returns how it answered. The answer is
 * stored.
 * @throws AppError not-found, not-allowed
 */
export async function testRemoteFacilitator(scope: MemberScope.MemberScope, id: string): Promise<FacilitatorTest> {
  const [row] = await db.query<RemoteFacilitator.RemoteFacilitatorRow>(
    sql`SELECT ${columns} FROM facilitator_upstream WHERE id = ${id}::uuid`,
  )
  if (!row) throw new AppError('not-found', 'There is no such facilitator.')
  MemberScope.assertMay(scope, row.merchantId, 'integrate')
  const { reply, kinds } = await refreshOne(RemoteFacilitator.from(row))
  const { latencyMs } = reply
  if (kinds) return { ok: true, latencyMs, kinds: kinds.length, detail: `It supports ${kinds.length} ways to pay.` }
  const detail =
    reply.kind === 'answered' ? `It answered HTTP ${reply.answer.status} with nothing that x402 knows.` : reply.reason
  return { ok: false, latencyMs, kinds: 0, detail }
}
