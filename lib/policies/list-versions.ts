import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'

/** One change of a policy, from the audit trail. */
export type PolicyVersionRow = {
  seq: string
  at: string
  type: string
  version: number
  /** Wallet of the member who made it, or the name of the system task; null if it was redacted. */
  by: string | null
  /** { field: { from, to } } for an edit, the initial values for the first version; empty for an archiving. */
  changes: Record<string, unknown>
}

/** The changes of a policy, newest first; at most 100. */
export async function listVersions(reader: Reader, policyId: string): Promise<PolicyVersionRow[]> {
  const rows = await db.query<Omit<PolicyVersionRow, 'at'> & { at: Date }>(sql`
    SELECT e.seq::text AS seq, e.at, e.type, (e.data ->> 'version')::int AS version,
      CASE e.actor ->> 'kind' WHEN 'member' THEN d.value #>> '{}' ELSE e.actor ->> 'id' END AS by,
      coalesce(e.data -> 'changes', e.data -> 'rules', '{}') AS changes
    FROM audit_event e LEFT JOIN audit_disclosure d ON d.seq = e.seq AND d.field = 'actor.id'
    WHERE e.type IN ('execution_policy.created', 'execution_policy.updated', 'execution_policy.archived')
      AND e.data ->> 'policyId' = ${policyId} AND (${reader.operator} OR e.merchant_id = ${reader.merchantId}::uuid)
    ORDER BY e.seq DESC LIMIT 100`)
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}
