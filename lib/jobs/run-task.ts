import { createCtx } from '../ctx'
import { log } from '../log'
import { db, isDead, processId, runFor, sql, stayAlive } from '@/lib/db'
import { tasks, type Task, type TaskName } from './Task'

export type Ran = { task: TaskName; ran: boolean; moved: number; durationMs: number; error?: string }

/**
 * Runs a task once, unless another process is running it now or it ran a moment ago. What the cron route,
 * the loop and the worker call; any number of them at once.
 * @param budgetMs how long it may take, at most the task's own budget.
 */
export function runTask(name: TaskName, budgetMs?: number, force = false): Promise<Ran> {
  return runFor('jobs', () => run(name, budgetMs, force))
}

async function run(name: TaskName, budgetMs: number | undefined, force: boolean): Promise<Ran> {
  const task: Task = tasks[name]
  const startedMs = Date.now()
  await stayAlive()
  if (!(await takeLease(name, task, force))) return { task: name, ran: false, moved: 0, durationMs: 0 }
  let moved = 0
  let failure: string | undefined
  try {
    moved = await task.run(
      createCtx({ kind: 'system', id: `job:${name}` }),
      Math.min(budgetMs ?? task.budgetMs, task.budgetMs),
    )
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error)
    log().warn({ err: error, task: name }, 'task failed and will run again')
  }
  await giveLease(name, moved, failure)
  return {
    task: name,
    ran: true,
    moved,
    durationMs: Date.now() - startedMs,
    ...(failure !== undefined && { error: failure }),
  }
}

/** One row per task: the lease keeps two workers from doing the same tick; a dead worker's lease is free. */
async function takeLease(name: TaskName, task: Task, force: boolean): Promise<boolean> {
  const leaseSeconds = task.budgetMs / 1000 + 5
  const taken = await db.execute(sql`
    INSERT INTO task_run (task, lease_owner, lease_until, started_at, runs)
    VALUES (${name}, ${processId}::uuid, now() + make_interval(secs => ${leaseSeconds}), now(), 1)
    ON CONFLICT (task) DO UPDATE
      SET lease_owner = ${processId}::uuid, lease_until = now() + make_interval(secs => ${leaseSeconds}), started_at = now(),
        runs = task_run.runs + 1
      WHERE (task_run.lease_until IS NULL OR task_run.lease_until < now() OR ${isDead(sql`task_run.lease_owner`)})
        AND (${force} OR task_run.started_at IS NULL OR task_run.started_at <= now() - make_interval(secs => ${task.everyMs / 1000}))`)
  return taken === 1
}

async function giveLease(name: TaskName, moved: number, failure: string | undefined): Promise<void> {
  await db.execute(sql`
    UPDATE task_run SET lease_owner = NULL, lease_until = NULL, finished_at = now(), moved = ${moved}, error = ${failure ?? null}
    WHERE task = ${name} AND lease_owner = ${processId}::uuid`)
}
