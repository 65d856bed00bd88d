import { stopwatch } from '../ctx'
import { runFor, stayAlive } from '@/lib/db'
import { takeDueLeases } from './take-due-leases'
import { type TaskRun, runLeased } from './task-run'

/**
 * Starts every task that is at its pace, may have something to do and is not running. One statement takes all leases, and
 * writes nothing if there is none. The loop calls it; any number of processes may.
 * @returns the runs, each of which ends by itself. A run rejects if its end cannot be written; its lease then runs out.
 */
export function runDue(): Promise<Promise<TaskRun>[]> {
  return runFor('jobs', async () => {
    await stayAlive()
    const elapsedMs = stopwatch()
    return (await takeDueLeases()).map((lease) => runLeased(lease, elapsedMs))
  })
}
