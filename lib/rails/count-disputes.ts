import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'
import { ofTab, whereOf } from './dispute-rows'
import type { DisputeFilter, DisputeTab } from './DisputeFilter'

/** How many disputes each tab of the list has under the other filters, and all together. */
export async function countDisputes(
  reader: Reader,
  filter: DisputeFilter,
): Promise<Record<DisputeTab | 'all', number>> {
  const [counts] = await db.query<Record<DisputeTab | 'all', number>>(sql`
    SELECT count(*)::int AS "all", count(*) FILTER (WHERE ${ofTab.open})::int AS "open", count(*) FILTER (WHERE ${ofTab.won})::int AS won,
      count(*) FILTER (WHERE ${ofTab.lost})::int AS lost
    FROM dispute t WHERE ${whereOf(reader, { ...filter, tab: undefined })}`)
  return counts ?? { all: 0, open: 0, won: 0, lost: 0 }
}
