import { stopwatch } from '../ctx'
import { runFor, stayAlive } from '@/lib/db'
import { takeDueLeases } from './lease'
import { type TaskRun, runLeased } from './task-run'

/**
 * Begins every task that is at its pace, may have something to do and is not running: one statement asks and takes them, which
 * writes nothing when there is none. Called by the loop; any number of processes at once.
 * @returns the runs, each of which ends by itself; it rejects when that cannot be written, and its lease runs out then.
 */
export function runDue(): Promise<Promise<TaskRun>[]> {
  return runFor('jobs', async () => {
    await stayAlive()
    const elapsedMs = stopwatch()
    return (await takeDueLeases()).map((lease) => runLeased(lease, elapsedMs))
  })
}
