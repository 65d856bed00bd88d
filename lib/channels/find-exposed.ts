import { db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { type DueChannel } from './DueChannel'
import { selectDue, dueMax, selectExposed, ofExposed } from './due-statements'

/** Free channels with unsettled value, of merchants whose channels on the network together exceed their exposure limit. */
export function findExposed(network: Caip2): Promise<DueChannel[]> {
  return db.query<DueChannel>(sql`
    SELECT c.* FROM (${selectExposed(sql`x.network = ${network}`)}) exposed CROSS JOIN LATERAL (
      ${selectDue} WHERE ${ofExposed} ORDER BY c.tries > 0, c.spent_base - c.settled_base DESC, c.id LIMIT ${dueMax}) c`)
}
