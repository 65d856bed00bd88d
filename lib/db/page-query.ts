import type { Page } from '@/lib/paging'
import { newestFirst } from './newest-first'
import { db, sql, type Sql } from './transaction'

type Source = {
  /** The select list. */
  columns: Sql
  /** Tables and joins, with their aliases. */
  from: Sql
  /** Which rows; `allOf` joins conditions. */
  where: Sql
  /** The time and the id by which the list is ordered, newest first; the table has an index on both. */
  at: Sql
  id: Sql
  /** Of the id. */
  idType?: 'uuid' | 'text'
}

/**
 * The two reads of a page for `loadPage`: one row more than the page holds, and a count that stops at its limit. The count walks the index
 * in the order of the list: PostgreSQL would plan a plain LIMIT as a walk through the table.
 */
export function pageQuery<Row>({ columns, from, where, at, id, idType }: Source): {
  find(ask: Page.PageRequest): Promise<Row[]>
  count(limit: number): Promise<number>
} {
  return {
    find: (ask) => {
      const { beyond, order } = newestFirst(ask, at, id, idType)
      return db.query<Row>(
        sql`SELECT ${columns} FROM ${from} WHERE ${where} AND ${beyond} ORDER BY ${order} LIMIT ${ask.size + 1}`,
      )
    },
    count: async (limit) => {
      const [row] = await db.query<{ total: number }>(sql`
        SELECT count(*)::int AS total FROM (SELECT FROM ${from} WHERE ${where} ORDER BY ${at} DESC, ${id} LIMIT ${limit}) counted`)
      return row?.total ?? 0
    },
  }
}

/** All of these conditions; undefined ones and false ones are left out. */
export function allOf(...conditions: readonly (Sql | undefined | false | null)[]): Sql {
  return conditions.reduce<Sql>((all, one) => (one ? sql`${all} AND ${one}` : all), sql`true`)
}
