import { db, planned, sql, type Sql } from '@/lib/db'
import { tasks, type Task, type TaskName } from './Task'
import { type TaskLease, takeLeases, isTaken } from './lease-statement'

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
  return takeLeases(
    all.map(([name]) => name),
    sql`CASE
      WHEN r.started_at > now() - make_interval(secs => p.every) OR ${isTaken} THEN false
      WHEN r.started_at IS NULL OR r.started_at <= now() - make_interval(secs => p.rest) THEN true
      ELSE CASE p.task ${asked.reduce((all, one) => sql`${all}${one}`)} ELSE true END END`,
  )
}
