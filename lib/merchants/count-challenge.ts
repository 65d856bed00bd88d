import { log } from '../log'
import { db, sql } from '@/lib/db'

const flushEveryMs = 1_000

const counts = new Map<string, number>()
let timer: NodeJS.Timeout | undefined

/**
 * Counts a 402 for a first payment. Written at most once a second, so that a flood of challenges does not cost a row each; a
 * crash may lose a second of counts, which are not money.
 */
export function countChallenge(resourceId: string): void {
  counts.set(resourceId, (counts.get(resourceId) ?? 0) + 1)
  timer ??= setTimeout(() => void flush(), flushEveryMs).unref()
}

async function flush(): Promise<void> {
  const entries = [...counts].sort(([one], [other]) => (one < other ? -1 : 1))
  counts.clear()
  timer = undefined
  try {
    await db.execute(sql`
      INSERT INTO challenge_count (resource_id, hour, count)
      SELECT c.id, date_trunc('hour', now()), c.count
      FROM unnest(${entries.map(([id]) => id)}::uuid[], ${entries.map(([, count]) => count)}::bigint[]) AS c(id, count)
      WHERE EXISTS (SELECT 1 FROM resource r WHERE r.id = c.id)
      ON CONFLICT (resource_id, hour) DO UPDATE SET count = challenge_count.count + EXCLUDED.count`)
  } catch (error) {
    log().warn({ err: error }, 'challenge counts could not be written')
  }
}
