import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'

/** One change of a policy, as the audit trail tells it. */
export type VersionRow = {
  seq: string
  at: string
  type: string
  version: number
  /** Wallet of the member who did it; null when nobody is named. */
  by: string | null
  /** { field: { from, to } } for an edit, what it began with for the first version; empty when it was archived. */
  changes: Record<string, unknown>
}

/** What became of a policy, newest first; at most 100 changes. */
export async function listVersions(reader: Reader, policyId: string): Promise<VersionRow[]> {
  const rows = await db.query<Omit<VersionRow, 'at'> & { at: Date }>(sql`
    SELECT seq::text AS seq, at, type, (data ->> 'version')::int AS version, actor ->> 'id' AS by,
      coalesce(data -> 'changes', data -> 'rules', '{}') AS changes
    FROM audit_event
    WHERE type IN ('execution_policy.created', 'execution_policy.updated', 'execution_policy.archived')
      AND data ->> 'policyId' = ${policyId} AND (${reader.operator} OR merchant_id = ${reader.merchantId}::uuid)
    ORDER BY audit_event.seq DESC LIMIT 100`)
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}
