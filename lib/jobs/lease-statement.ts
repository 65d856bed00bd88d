import { isDead, processId, sql, type Sql } from '@/lib/db'
import { tasks, type Task, type TaskName } from './Task'

/** A run of a task; its number holds the lease. */
export type TaskLease = { task: TaskName; run: bigint }

/** How long after its budget a run may still write what it started. Then its lease ends, and another process may start. */
const graceMs = 5_000

/** A task that seems to have nothing due still runs this often. */
const restMs = 5 * 60_000

export const isTaken: Sql = sql`(r.lease_until >= now() AND NOT ${isDead(sql`r.lease_owner`)})`

/**
 * Takes the leases of the tasks that meet the condition. One row per task keeps two workers from the same run; a dead worker's
 * lease is free. Of two that see it free at the same moment, the second finds another run in the row.
 */
export function takeLeases(names: readonly TaskName[], condition: Sql): Sql {
  const seconds = (read: (task: Task) => number) => names.map((name) => read(tasks[name]) / 1000)
  return sql`
    INSERT INTO task_run AS held (task, lease_owner, lease_until, started_at, runs)
    SELECT p.task, ${processId}::uuid, now() + make_interval(secs => p.lease), now(), coalesce(r.runs, 0) + 1
    FROM unnest(${names}::text[], ${seconds(({ everyMs }) => everyMs)}::float8[],
        ${seconds((task) => task.restMs ?? restMs)}::float8[], ${seconds(({ budgetMs }) => budgetMs + graceMs)}::float8[])
        AS p(task, every, rest, lease)
      LEFT JOIN task_run r ON r.task = p.task
    WHERE ${condition}
    ORDER BY p.task
    ON CONFLICT (task) DO UPDATE
      SET lease_owner = excluded.lease_owner, lease_until = excluded.lease_until, started_at = excluded.started_at, runs = excluded.runs
      WHERE held.runs + 1 = excluded.runs
    RETURNING held.task, held.runs AS run`
}
