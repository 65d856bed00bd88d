import { stopwatch } from '../ctx'
import { runFor, stayAlive } from '@/lib/db'
import { takeLease } from './take-lease'
import { type TaskName } from './Task'
import { type TaskRun, runLeased } from './task-run'

/**
 * Runs a task once, unless another process runs it now or it ran a moment ago. The cron route calls it, any number at once. A
 * run whose budget is over starts nothing more (`ctx.isLate`), also if its process slept: it stops before its lease ends. The
 * rows that it writes guard what it has started.
 * @param budgetMs how long it may take, at most the task's own budget.
 */
export function runTask(name: TaskName, budgetMs?: number, force = false): Promise<TaskRun> {
  return runFor('jobs', async () => {
    await stayAlive()
    // Measured from before the lease is taken, so that the run ends before the database ends the lease.
    const elapsedMs = stopwatch()
    const lease = await takeLease(name, force)
    return lease ? runLeased(lease, elapsedMs, budgetMs) : { task: name, ran: false, moved: 0, durationMs: 0 }
  })
}
