import { randomBytes } from 'node:crypto'
import type { Ctx } from '../ctx'
import {
  db,
  json,
  sql,
  withTransaction,
  writeTogether,
  type WritePart,
  type Sql,
  type Tx,
  type WriteResult,
} from '@/lib/db'
import { Leaf } from '@/lib/proof'
import type { AuditEvent } from './AuditEvent'

/** Records one event in the transaction of the change it tells: they are committed together or not at all. */
export async function recordEvent(tx: Tx, ctx: Ctx, event: AuditEvent): Promise<void> {
  await recordEvents(tx, ctx, [event])
}

/**
 * Records several events in the order given, with one statement unless something of them is personal. The id of a member, who
 * is a person, and `sensitive` fields are stored apart, behind salted commitments.
 */
export async function recordEvents(tx: Tx, ctx: Ctx, events: readonly AuditEvent[]): Promise<void> {
  if (events.length === 0) return
  if (!events.some((event) => isPersonal(ctx, event))) await tx.execute(insertEvents(ctx, events))
  else for (const event of events) await recordPersonal(tx, ctx, event)
}

/**
 * The statement of `recordEvents`, to stand inside a larger one; it writes nothing unless `when` holds.
 * @throws Error for what is personal: that takes two statements.
 */
export function insertEvents(ctx: Ctx, events: readonly AuditEvent[], when: Sql = sql`true`): Sql {
  if (events.some((event) => isPersonal(ctx, event))) throw new Error('personal fields are recorded by recordEvents')
  return insert(ctx.actor, ctx.requestId, events, when)
}

/** What a change says of itself: its parts are written in one statement with its events, all of it or nothing. */
export type AuditedWrite = { parts: readonly WritePart[]; events: readonly AuditEvent[] }

/**
 * `writeTogether` with events. One statement, unless something of the events is personal: then a transaction, in `tx` or its own.
 */
export async function writeTold(ctx: Ctx, { parts, events }: AuditedWrite, tx?: Tx): Promise<WriteResult> {
  if (!events.some((event) => isPersonal(ctx, event))) {
    const told: WritePart = { writes: (when) => sql`told AS (${insertEvents(ctx, events, when)})` }
    return writeTogether(tx ?? db, events.length > 0 ? [...parts, told] : parts)
  }
  const write = async (own: Tx) => {
    const written = await writeTogether(own, parts)
    if (written.isWritten) await recordEvents(own, ctx, events)
    return written
  }
  return tx ? write(tx) : withTransaction(write)
}

function isPersonal({ actor }: Ctx, { sensitive }: AuditEvent): boolean {
  return actor.kind === 'member' || sensitive !== undefined
}

async function recordPersonal(tx: Tx, { actor, requestId }: Ctx, event: AuditEvent): Promise<void> {
  const hidden: { field: string; salt: string; value: unknown }[] = []
  const hide = (field: string, value: unknown) => {
    const salt = randomBytes(32).toString('hex')
    // As it will be read back: a commitment is over JSON.
    const plain = JSON.parse(json(value)) as unknown
    hidden.push({ field, salt, value: plain })
    return Leaf.commit(field, { salt, value: plain })
  }
  const told = Object.entries(event.sensitive ?? {}).filter(([, value]) => value !== undefined)
  const data = { ...event.data, ...Object.fromEntries(told.map(([name, value]) => [name, hide(name, value)])) }
  const who = actor.kind === 'member' ? { ...actor, id: hide(Leaf.actorField, actor.id) } : actor
  const [row] = await tx.query<{ seq: bigint }>(sql`${insert(who, requestId, [{ ...event, data }])} RETURNING seq`)
  await tx.execute(sql`
    INSERT INTO audit_disclosure (seq, field, salt, value)
    SELECT ${row?.seq}::bigint, field, decode(salt, 'hex'), value
    FROM unnest(${hidden.map(({ field }) => field)}::text[], ${hidden.map(({ salt }) => salt)}::text[],
      ${hidden.map(({ value }) => json(value))}::jsonb[]) AS h(field, salt, value)`)
}

function insert(who: object, requestId: string, events: readonly AuditEvent[], when: Sql = sql`true`): Sql {
  const actor = json({ ...who, requestId })
  return sql`
    INSERT INTO audit_event (type, actor, merchant_id, resource_id, payment_id, channel_id, batch_id, transaction_id, data)
    SELECT type, ${actor}::jsonb, merchant_id, resource_id, payment_id, channel_id, batch_id, transaction_id, data
    FROM unnest(
      ${events.map((event) => event.type)}::text[],
      ${events.map((event) => event.merchantId ?? null)}::uuid[],
      ${events.map((event) => event.resourceId ?? null)}::uuid[],
      ${events.map((event) => event.paymentId ?? null)}::uuid[],
      ${events.map((event) => event.channelId ?? null)}::text[],
      ${events.map((event) => event.batchId ?? null)}::uuid[],
      ${events.map((event) => event.transactionId ?? null)}::uuid[],
      ${events.map((event) => json(event.data ?? {}))}::jsonb[]
    ) WITH ORDINALITY AS e(type, merchant_id, resource_id, payment_id, channel_id, batch_id, transaction_id, data, position)
    WHERE ${when}
    ORDER BY position`
}
