import type { Reader } from '../ctx'
import { db, sql, type Sql } from '@/lib/db'
import { Filter } from '@/lib/paging'
import { types } from './AuditEvent'
import type { EventFilter } from './EventFilter'

/**
 * Events that the reader may see; alias e. Events of a transaction have no merchant, because execution knows none: they are
 * shown only on the page of a transaction that the reader takes part in, which the caller has checked.
 */
export function visible(reader: Reader, ofTransaction: boolean): Sql {
  if (reader.operator) return sql`true`
  const own = sql`e.merchant_id = ${reader.merchantId}::uuid`
  return ofTransaction ? sql`(${own} OR (e.merchant_id IS NULL AND e.type LIKE 'transaction.%'))` : own
}

/** Events that the reader may see on their own, without a transaction that the caller has checked. */
export function visibleAlone(reader: Reader): Sql {
  if (reader.operator) return sql`true`
  const { merchantId } = reader
  return sql`(e.merchant_id = ${merchantId}::uuid OR (e.merchant_id IS NULL AND e.type LIKE 'transaction.%' AND (
    EXISTS (SELECT FROM transaction_part x WHERE x.transaction_id = e.transaction_id AND x.merchant_id = ${merchantId}::uuid))))`
}

/** A filter whose days were found in the trail: events around an instant are mixed between `low` and `high`. */
type Found = EventFilter & { edges: { from?: Edge | undefined; til?: Edge | undefined } }
type Edge = { low: bigint; high: bigint }

/**
 * Finds where the days of a filter begin and end in the trail, because indexes and the planner work with ranges of positions.
 * Reads only.
 */
export async function findDays(filter: EventFilter): Promise<Found> {
  const at = Filter.between(filter.from, filter.to)
  const [from, til] = await Promise.all([at?.gte && findEdge(at.gte), at?.lt && findEdge(at.lt)])
  return { ...filter, edges: { from, til } }
}

async function findEdge(instant: Date): Promise<Edge | undefined> {
  const [edge] = await db.query<Edge>(sql`
    SELECT audit_seq_at(${instant}::timestamptz - ${slack}::interval) AS low, audit_seq_at(${instant}::timestamptz + ${slack}::interval) AS high`)
  return edge
}

/** The condition of a filter. Alias e. */
export function matching(reader: Reader, filter: Found): Sql {
  const { text } = filter
  return every([
    visible(reader, false),
    ...narrowed(filter),
    anyOf(alternatives(filter)),
    ...(text === undefined ? [] : [holds(sql`e.data`, text)]),
  ])
}

/**
 * The filter as several conditions that together match the same events; an index answers each. One OR would read the whole
 * trail. Alias e.
 */
export function matchingApart(reader: Reader, filter: Found): Sql[] {
  const rest = every([visible(reader, false), ...narrowed(filter)])
  const found = alternatives(filter)
  const parts = found.length === 0 ? [rest] : found.map((one) => sql`${rest} AND ${one}`)
  return filter.text === undefined ? parts : parts.map((part) => withText(part, filter.text ?? ''))
}

/** How many of the newest otherwise matching events are searched for a text, because no index covers the data. */
const textRows = 20_000

function withText(where: Sql, text: string): Sql {
  return sql`e.seq IN (
      SELECT seq FROM (SELECT e.seq, e.data FROM audit_event e WHERE ${where} ORDER BY e.seq DESC LIMIT ${textRows}) newest
      WHERE ${holds(sql`newest.data`, text)})`
}

function holds(data: Sql, text: string): Sql {
  return sql`${data}::text ILIKE ${`%${text.replace(/[\\%_]/g, '\\$&')}%`}`
}

/** The conditions that are always part of the filter. */
function narrowed(filter: Found): Sql[] {
  const { type, actor, by, subject } = filter
  const { from, til } = filter.edges
  const at = Filter.between(filter.from, filter.to)
  // One condition is answered by its index (alternatives), the others only narrow.
  const isTypeLeft =
    type && (subject !== undefined || by !== undefined || rare(filter) || typesOf(type).length > alternativesMax)
  return [
    ...(isTypeLeft ? [sql`e.type = ANY(${typesOf(type)}::text[])`] : []),
    ...(actor && !rare(filter) ? [sql`e.actor ->> 'kind' = ANY(${actor}::text[])`] : []),
    ...(by !== undefined && subject !== undefined ? [anyOf(byWhom(by))] : []),
    ...(at?.gte ? [sql`e.seq >= ${from?.low} AND (e.seq >= ${from?.high} OR e.at >= ${at.gte})`] : []),
    ...(at?.lt ? [sql`e.seq < ${til?.high} AND (e.seq < ${til?.low} OR e.at < ${at.lt})`] : []),
  ]
}

/** Longer than any transaction: events of one instant may be written this long after each other. */
const slack = '1 minute'
const alternativesMax = 24

/** Rare kinds of actors, which have an index. */
function rare({ actor, by, subject }: EventFilter): readonly string[] | undefined {
  if (subject !== undefined || by !== undefined) return undefined
  return actor?.every((kind) => kind === 'member' || kind === 'key') ? actor : undefined
}

function alternatives(filter: EventFilter): Sql[] {
  const { type, by, subject } = filter
  if (subject !== undefined) return isAbout(subject)
  if (by !== undefined) return byWhom(by)
  const kinds = rare(filter)
  if (kinds) return kinds.map((kind) => sql`e.actor ->> 'kind' = ${kind}`)
  const wanted = type ? typesOf(type) : []
  return wanted.length > alternativesMax ? [] : wanted.map((one) => sql`e.type = ${one}`)
}

function typesOf(wanted: readonly string[]): string[] {
  return Object.keys(types).filter((type) => wanted.includes(type) || wanted.includes(type.split('.')[0] ?? ''))
}

/** A member is in the event as a commitment, and by name in its disclosure. */
function byWhom(id: string): Sql[] {
  return [
    sql`e.actor ->> 'id' = ${id}`,
    sql`e.seq IN (SELECT d.seq FROM audit_disclosure d WHERE d.field = 'actor.id' AND d.value = to_jsonb(${id}::text))`,
  ]
}

function isAbout(subject: string): Sql[] {
  if (subject.startsWith('0x')) return [sql`e.channel_id = ${subject}`]
  const columns = [sql`e.payment_id`, sql`e.transaction_id`, sql`e.batch_id`, sql`e.resource_id`, sql`e.merchant_id`]
  return columns.map((column) => sql`${column} = ${subject}::uuid`)
}

function every(conditions: readonly Sql[]): Sql {
  return conditions.reduce((all, one) => sql`${all} AND ${one}`)
}

function anyOf(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`true` : sql`(${conditions.reduce((all, one) => sql`${all} OR ${one}`)})`
}
