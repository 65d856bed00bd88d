import { db, planned, sql, type Sql } from '@/lib/db'
import { tasks, type Task, type TaskName } from './Task'
import { type TaskLease, takeLeases, isTaken } from './lease-statement'

/**
 * Takes the leases of all tasks that are at their pace, due and free, in one statement. It locks and writes nothing if there is
 * none, so an idle installation sends almost no other statement. `due` is evaluated only for tasks at their pace.
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
