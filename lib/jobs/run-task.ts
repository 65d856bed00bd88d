import { createCtx, stopwatch } from '../ctx'
import { log } from '../log'
import { db, isDead, processId, runFor, sql, stayAlive } from '@/lib/db'
import { tasks, type Task, type TaskName } from './Task'

export type Ran = { task: TaskName; ran: boolean; moved: number; durationMs: number; error?: string }

/** How long after its budget a run may still write what it has begun: then its lease is over, and another process may start. */
const graceMs = 5_000

/**
 * Runs a task once, unless another process is running it now or it ran a moment ago. What the cron route,
 * the loop and the worker call; any number of them at once. A run whose budget is over begins nothing more (`ctx.isLate`), also
 * when its process slept meanwhile: its lease is given up before it runs out. What it has begun is guarded by the rows it writes.
 * @param budgetMs how long it may take, at most the task's own budget.
 */
export function runTask(name: TaskName, budgetMs?: number, force = false): Promise<Ran> {
  return runFor('jobs', () => run(name, budgetMs, force))
}

async function run(name: TaskName, budgetMs: number | undefined, force: boolean): Promise<Ran> {
  const task: Task = tasks[name]
  const elapsedMs = stopwatch()
  await stayAlive()
  // From before the lease is asked for, so that we call it over before the database does.
  const leaseElapsedMs = stopwatch()
  const run = await takeLease(name, task, force)
  if (run === undefined) return { task: name, ran: false, moved: 0, durationMs: 0 }
  const ownMs = Math.min(budgetMs ?? task.budgetMs, task.budgetMs)
  let moved = 0
  let failure: string | undefined
  try {
    const ctx = { ...createCtx({ kind: 'system', id: `job:${name}` }), isLate: () => leaseElapsedMs() >= ownMs }
    moved = await task.run(ctx, ownMs)
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error)
    log().warn({ err: error, task: name }, 'task failed and will run again')
  }
  await giveLease(name, run, moved, failure)
  return {
    task: name,
    ran: true,
    moved,
    durationMs: Math.round(elapsedMs()),
    ...(failure !== undefined && { error: failure }),
  }
}

/**
 * One row per task: the lease keeps two workers from doing the same tick; a dead worker's lease is free.
 * @returns the number of the run, which is what holds the lease; undefined when it is not to be had now.
 */
async function takeLease(name: TaskName, task: Task, force: boolean): Promise<bigint | undefined> {
  const leaseSeconds = (task.budgetMs + graceMs) / 1000
  const [taken] = await db.query<{ run: bigint }>(sql`
    INSERT INTO task_run (task, lease_owner, lease_until, started_at, runs)
    VALUES (${name}, ${processId}::uuid, now() + make_interval(secs => ${leaseSeconds}), now(), 1)
    ON CONFLICT (task) DO UPDATE
      SET lease_owner = ${processId}::uuid, lease_until = now() + make_interval(secs => ${leaseSeconds}), started_at = now(),
        runs = task_run.runs + 1
      WHERE (task_run.lease_until IS NULL OR task_run.lease_until < now() OR ${isDead(sql`task_run.lease_owner`)})
        AND (${force} OR task_run.started_at IS NULL OR task_run.started_at <= now() - make_interval(secs => ${task.everyMs / 1000}))
    RETURNING runs AS run`)
  return taken?.run
}

/** A later run's lease is not ours to give, though it be this process's. */
async function giveLease(name: TaskName, run: bigint, moved: number, failure: string | undefined): Promise<void> {
  await db.execute(sql`
    UPDATE task_run SET lease_owner = NULL, lease_until = NULL, finished_at = now(), moved = ${moved}, error = ${failure ?? null}
    WHERE task = ${name} AND lease_owner = ${processId}::uuid AND runs = ${run}::bigint`)
}
