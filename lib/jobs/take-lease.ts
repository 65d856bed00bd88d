import { db, sql } from '@/lib/db'
import { type TaskName } from './Task'
import { type TaskLease, takeLeases, isTaken } from './lease-statement'

/** Takes the lease of one task; undefined if it is not free. `force` ignores when it ran last. */
export async function takeLease(name: TaskName, force: boolean): Promise<TaskLease | undefined> {
  const isEarly = sql`(NOT ${force} AND r.started_at > now() - make_interval(secs => p.every))`
  const [lease] = await db.query<TaskLease>(takeLeases([name], sql`(${isEarly} OR ${isTaken}) IS NOT TRUE`))
  return lease
}
