import type { Reader } from '../ctx'
import { db, sql, type Sql } from '@/lib/db'

/** The first steps of a merchant: what happened at least once, by a payment or over a channel. */
export type Milestones = { challenged: boolean; paid: boolean; settled: boolean }

/**
 * The first steps that the reader has done. Each part follows an index and stops at its first row: a plain EXISTS could read a
 * whole table. Reads only.
 */
export async function findMilestones(reader: Reader): Promise<Milestones> {
  const mine = sql`(${reader.operator} OR merchant_id = ${reader.merchantId}::uuid)`
  const [row] = await db.query<Milestones>(sql`
    SELECT
      EXISTS (SELECT FROM challenge_count c JOIN resource r ON r.id = c.resource_id
        WHERE ${reader.operator} OR r.merchant_id = ${reader.merchantId}::uuid) AS challenged,
      ${first(sql`payment WHERE origin = 'gateway' AND ${mine}`)}
        OR ${first(sql`channel WHERE spent_base > 0 AND ${mine}`)} AS paid,
      ${first(sql`payment WHERE origin = 'gateway' AND settlement = 'settled' AND ${mine}`)}
        OR ${first(sql`channel WHERE settled_base > 0 AND ${mine}`)} AS settled`)
  return row ?? { challenged: false, paid: false, settled: false }
}

function first(from: Sql): Sql {
  return sql`(SELECT created_at FROM ${from} ORDER BY created_at DESC LIMIT 1) IS NOT NULL`
}
