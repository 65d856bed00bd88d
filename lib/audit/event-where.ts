import type { Reader } from '../ctx'
import { sql, type Sql } from '@/lib/db'
import { Filter } from '@/lib/paging'
import type { EventFilter } from './EventFilter'

/**
 * Events of a transaction carry no merchant, because execution knows none: they are shown on the page
 * of a transaction that the reader was found to have a part in, and nowhere else. Alias e.
 */
export function visible(reader: Reader, ofTransaction: boolean): Sql {
  if (reader.operator) return sql`true`
  const own = sql`e.merchant_id = ${reader.merchantId}::uuid`
  return ofTransaction ? sql`(${own} OR (e.merchant_id IS NULL AND e.type LIKE 'transaction.%'))` : own
}

/** The same for an event by itself, whose transaction nobody has looked at yet. */
export function visibleAlone(reader: Reader): Sql {
  if (reader.operator) return sql`true`
  const { merchantId } = reader
  return sql`(e.merchant_id = ${merchantId}::uuid OR (e.merchant_id IS NULL AND e.type LIKE 'transaction.%' AND (
    EXISTS (SELECT 1 FROM transaction t WHERE t.id = e.transaction_id AND t.merchant_id = ${merchantId}::uuid)
    OR EXISTS (SELECT 1 FROM audit_event x WHERE x.transaction_id = e.transaction_id AND x.merchant_id = ${merchantId}::uuid))))`
}

/** What a filter matches. Alias e. */
export function matching(reader: Reader, filter: EventFilter): Sql {
  const at = Filter.between(filter.from, filter.to)
  return [
    visible(reader, false),
    filter.type && isOfType(filter.type),
    filter.actor && sql`e.actor ->> 'kind' = ANY(${filter.actor}::text[])`,
    filter.by !== undefined && isBy(filter.by),
    filter.subject !== undefined && isAbout(filter.subject),
    filter.text !== undefined && sql`e.data::text ILIKE ${`%${filter.text.replace(/[\\%_]/g, '\\$&')}%`}`,
    at?.gte && sql`e.at >= ${at.gte}`,
    at?.lt && sql`e.at < ${at.lt}`,
  ].reduce<Sql>((all, one) => (one ? sql`${all} AND ${one}` : all), sql`true`)
}

function isOfType(types: readonly string[]): Sql {
  const whole = types.filter((type) => type.includes('.'))
  const groups = types.filter((type) => !type.includes('.')).map((group) => `${group.replaceAll('_', '\\_')}.%`)
  return sql`(e.type = ANY(${whole}::text[]) OR e.type LIKE ANY(${groups}::text[]))`
}

/** Members stand in the event as a commitment, and by name in what it discloses. */
function isBy(id: string): Sql {
  return sql`(e.actor ->> 'id' = ${id} OR e.seq IN (
    SELECT d.seq FROM audit_disclosure d WHERE d.field = 'actor.id' AND d.value = to_jsonb(${id}::text)))`
}

function isAbout(subject: string): Sql {
  if (subject.startsWith('0x')) return sql`e.channel_id = ${subject}`
  return sql`${subject}::uuid IN (e.payment_id, e.transaction_id, e.batch_id, e.resource_id, e.merchant_id)`
}
