import { createCtx, stopwatch } from '../ctx'
import { log } from '../log'
import { runFor, stayAlive } from '@/lib/db'
import { takeDueLeases, takeLease, type TaskLease } from './lease'
import { giveLease } from './give-lease'
import { tasks, type Task, type TaskName } from './Task'

export type TaskRun = { task: TaskName; ran: boolean; moved: number; durationMs: number; error?: string }

/**
 * Runs a task once, unless another process is running it now or it ran a moment ago. What the cron route calls; any number of them
 * at once. A run whose budget is over begins nothing more (`ctx.isLate`), also when its process slept meanwhile: its lease is given up
 * before it runs out. What it has begun is guarded by the rows it writes.
 * @param budgetMs how long it may take, at most the task's own budget.
 */
export function runTask(name: TaskName, budgetMs?: number, force = false): Promise<TaskRun> {
  return runFor('jobs', async () => {
    await stayAlive()
    // From before the lease is asked for, so that we call it over before the database does.
    const elapsedMs = stopwatch()
    const lease = await takeLease(name, force)
    return lease ? run(lease, elapsedMs, budgetMs) : { task: name, ran: false, moved: 0, durationMs: 0 }
  })
}

/**
 * Begins every task that is at its pace, may have something to do and is not running: one statement asks and takes them, which
 * writes nothing when there is none. Called by the loop; any number of processes at once.
 * @returns the runs, each of which ends by itself; it rejects when that cannot be written, and its lease runs out then.
 */
export function runDue(): Promise<Promise<TaskRun>[]> {
  return runFor('jobs', async () => {
    await stayAlive()
    const elapsedMs = stopwatch()
    return (await takeDueLeases()).map((lease) => run(lease, elapsedMs))
  })
}

async function run(lease: TaskLease, leaseElapsedMs: () => number, budgetMs?: number): Promise<TaskRun> {
  const name = lease.task
  const task: Task = tasks[name]
  const elapsedMs = stopwatch()
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
  await giveLease(lease, moved, failure)
  return {
    task: name,
    ran: true,
    moved,
    durationMs: Math.round(elapsedMs()),
    ...(failure !== undefined && { error: failure }),
  }
}
