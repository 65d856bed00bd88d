import { db, isDead, planned, processId, sql, type Sql } from '@/lib/db'
import { tasks, type Task, type TaskName } from './Task'

/** A run of a task; its number is what holds the lease. */
export type TaskLease = { task: TaskName; run: bigint }

/** How long after its budget a run may still write what it has begun: then its lease is over, and another process may start. */
const graceMs = 5_000
/** A task of which nothing seems to be due runs this seldom all the same. */
const restMs = 5 * 60_000

const isTaken: Sql = sql`(r.lease_until >= now() AND NOT ${isDead(sql`r.lease_owner`)})`

/** The lease of one task; undefined when it is not to be had now. `force`: whenever it ran last. */
export async function takeLease(name: TaskName, force: boolean): Promise<TaskLease | undefined> {
  const isEarly = sql`(NOT ${force} AND r.started_at > now() - make_interval(secs => p.every))`
  const [lease] = await db.query<TaskLease>(take([name], sql`(${isEarly} OR ${isTaken}) IS NOT TRUE`))
  return lease
}

/**
 * The leases of all tasks that are at their pace, due and free. One statement for all of them, which locks and writes nothing when there
 * is none: an idle installation asks hardly anything else. Whether a task is due is asked only when it is at its pace.
 */
export function takeDueLeases(): Promise<TaskLease[]> {
  return db.query<TaskLease>((dueLeases ??= planned(takeDue())))
}

let dueLeases: Sql | undefined

function takeDue(): Sql {
  const all = Object.entries(tasks) as [TaskName, Task][]
  const asked = all.flatMap(([name, { due }]) => (due ? [sql`WHEN ${name} THEN ${due} `] : []))
  return take(
    all.map(([name]) => name),
    sql`CASE
      WHEN r.started_at > now() - make_interval(secs => p.every) OR ${isTaken} THEN false
      WHEN r.started_at IS NULL OR r.started_at <= now() - make_interval(secs => p.rest) THEN true
      ELSE CASE p.task ${asked.reduce((all, one) => sql`${all}${one}`)} ELSE true END END`,
  )
}

/**
 * Takes the leases of those of these tasks that the condition holds for. One row per task: it keeps two workers from doing the same
 * tick; a dead worker's lease is free. Of two that see it free at the same moment the second finds another run in the row.
 */
function take(names: readonly TaskName[], condition: Sql): Sql {
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
