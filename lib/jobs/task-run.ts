import { createCtx, stopwatch } from '../ctx'
import { log } from '../log'
import { type TaskLease } from './lease-statement'
import { giveLease } from './give-lease'
import { tasks, type Task, type TaskName } from './Task'

export type TaskRun = { task: TaskName; ran: boolean; moved: number; durationMs: number; error?: string }

export async function runLeased(lease: TaskLease, leaseElapsedMs: () => number, budgetMs?: number): Promise<TaskRun> {
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
