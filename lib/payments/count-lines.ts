import { db, sql, type Sql } from '@/lib/db'

/** What the lines of one owner are: a condition on a payment `t` and one on a channel `t`. */
export type LineConditions = { payments: Sql; sessions: Sql }

/** One select for each owner, as one table. */
export function allRows(wanted: readonly LineConditions[], select: (of: LineConditions) => Sql): Sql {
  return wanted.map(select).reduce((all, one) => sql`${all} UNION ALL ${one}`)
}

/** How many lines there are, up to the limit. */
export async function countLines(wanted: readonly LineConditions[], limit: number): Promise<number> {
  const lines = allRows(
    wanted,
    ({ payments, sessions }) => sql`
      (SELECT FROM payment t WHERE ${payments} LIMIT ${limit}) UNION ALL (SELECT FROM channel t WHERE ${sessions} LIMIT ${limit})`,
  )
  const [row] = await db.query<{ count: bigint }>(sql`SELECT count(*) AS count FROM (${lines} LIMIT ${limit}) counted`)
  return Number(row?.count ?? 0n)
}
