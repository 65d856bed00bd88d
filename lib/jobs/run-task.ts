import { stopwatch } from '../ctx'
import { runFor, stayAlive } from '@/lib/db'
import { takeLease } from './take-lease'
import { type TaskName } from './Task'
import { type TaskRun, runLeased } from './task-run'

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
    return lease ? runLeased(lease, elapsedMs, budgetMs) : { task: name, ran: false, moved: 0, durationMs: 0 }
  })
}
