import { randomBytes } from 'node:crypto'
import type { Ctx } from '../ctx'
import { json, sql, type Tx } from '@/lib/db'
import { Leaf } from '@/lib/proof'
import type { AuditEvent } from './AuditEvent'
import { isPersonal, insertEvents, insertEventRows } from './event-statements'

/**
 * Records several events in order, in one statement unless one has personal fields. The id of a member (a person) and
 * `sensitive` fields are stored apart, behind salted commitments.
 */
export async function recordEvents(tx: Tx, ctx: Ctx, events: readonly AuditEvent[]): Promise<void> {
  if (events.length === 0) return
  if (!events.some((event) => isPersonal(ctx, event))) await tx.execute(insertEvents(ctx, events))
  else for (const event of events) await recordPersonal(tx, ctx, event)
}

async function recordPersonal(tx: Tx, { actor, requestId }: Ctx, event: AuditEvent): Promise<void> {
  const hidden: { field: string; salt: string; value: unknown }[] = []
  const hide = (field: string, value: unknown) => {
    const salt = randomBytes(32).toString('hex')
    // As it is read back: a commitment is over JSON.
    const plain = JSON.parse(json(value)) as unknown
    hidden.push({ field, salt, value: plain })
    return Leaf.commit(field, { salt, value: plain })
  }
  const sensitive = Object.entries(event.sensitive ?? {}).filter(([, value]) => value !== undefined)
  const data = { ...event.data, ...Object.fromEntries(sensitive.map(([name, value]) => [name, hide(name, value)])) }
  const who = actor.kind === 'member' ? { ...actor, id: hide(Leaf.actorField, actor.id) } : actor
  const [row] = await tx.query<{ seq: bigint }>(
    sql`${insertEventRows(who, requestId, [{ ...event, data }])} RETURNING seq`,
  )
  await tx.execute(sql`
    INSERT INTO audit_disclosure (seq, field, salt, value)
    SELECT ${row?.seq}::bigint, field, decode(salt, 'hex'), value
    FROM unnest(${hidden.map(({ field }) => field)}::text[], ${hidden.map(({ salt }) => salt)}::text[],
      ${hidden.map(({ value }) => json(value))}::jsonb[]) AS h(field, salt, value)`)
}
