import { log } from '../log'
import { createCtx } from '../ctx'
import { endHeartbeat, runFor, stayAlive } from '@/lib/db'
import { ensureSigners } from '@/lib/execution'
import { findMixedPayouts } from '@/lib/merchants'
import { runTask } from './run-task'
import { startRunner } from './start-runner'
import { startWatch } from './start-watch'
import { tasks, type Task, type TaskName } from './Task'

type Loop = { stop(): Promise<void> }

// Next bundles its own copy of this module beside the plain listener's: one loop a process all the same.
const shared = globalThis as typeof globalThis & { sluiceLoop?: Loop }

/** Runs every task at its pace, and graphile-worker, in this process until stopped. May be called twice; the second call changes nothing. */
export function startLoop(): Loop {
  return (shared.sluiceLoop ??= runFor('jobs', start))
}

function start(): Loop {
  let stopped = false
  const timers = new Map<TaskName, NodeJS.Timeout>()
  const running = new Set<Promise<void>>()

  const tick = (name: TaskName) => {
    const task: Task = tasks[name]
    const work = runTask(name)
      .then(() => undefined)
      .catch((error: unknown) => log().warn({ err: error, task: name }, 'task could not start'))
    running.add(work)
    void work.finally(() => {
      running.delete(work)
      if (!stopped) timers.set(name, setTimeout(tick, task.everyMs, name))
    })
  }

  const prepare = async () => {
    await stayAlive()
    await ensureSigners(createCtx({ kind: 'system', id: 'start' }))
    for (const mixed of await findMixedPayouts())
      log().warn(mixed, 'a resource is paid to an address that signs: give it a pay-to address of its own')
  }
  const watch = startWatch()
  const runner = startRunner()
  void Promise.all([
    runner.ready,
    prepare().catch((error: unknown) => log().warn({ err: error }, 'signers could not be prepared yet')),
  ]).finally(() => {
    if (!stopped) for (const name of Object.keys(tasks) as TaskName[]) tick(name)
  })

  return {
    async stop() {
      stopped = true
      for (const timer of timers.values()) clearTimeout(timer)
      await Promise.all([...running, runner.stop(), watch.stop()])
      await endHeartbeat().catch(() => undefined)
      delete shared.sluiceLoop
    },
  }
}
