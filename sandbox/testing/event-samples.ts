import { db, sql } from '@/lib/db'
import { EventSample, Endpoint } from '@/lib/webhooks'

/** Names in the data of the events so far that the catalogue's sample of their type lacks, as "type: name". */
export async function unsampledFields(): Promise<string[]> {
  const rows = await db.query<{ type: Endpoint.OfferedType; field: string }>(sql`
    SELECT DISTINCT e.type, k.field FROM audit_event e, LATERAL jsonb_object_keys(e.data) AS k(field)
    WHERE e.type = ANY(${Endpoint.offered}::text[]) ORDER BY 1, 2`)
  return rows.flatMap(({ type, field }) => (EventSample.fieldsOf(type).includes(field) ? [] : [`${type}: ${field}`]))
}
