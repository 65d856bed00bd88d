import { bundle } from '../testing/bundle'
import { fork, type ChildProcess } from 'node:child_process'

/** A worker process. */
export type Worker = {
  /** As it signs its leases. */
  processId: string
  /** When it was dead, by performance.now(). */
  died: Promise<number>
  kill(): void
  /** Stops for a while, as a machine does that swaps or collects garbage. */
  sleep(forMs: number): Promise<void>
}

/** Workers that look after one database and chain, and those that are about to die. */
export type Fleet = {
  /** Kills the worker with this number; another takes its place. Answers who it was, and when it was dead. */
  kill(number: number): Promise<Death>
  /**
   * Runs one more worker, until it dies at this point; after `patienceMs` it is killed wherever it is. Few run at once: the
   * others wait.
   */
  dieAt(point: string, patienceMs: number): Promise<Death>
  sleep(number: number, forMs: number): Promise<void>
  stop(): Promise<void>
}

export type Death = { processId: string; atMs: number; point: string }

const victimsAtOnce = 3

/** Starts this many workers with this process's environment, but for `env`. */
export async function startFleet(count: number, env: Record<string, string> = {}): Promise<Fleet> {
  const all = new Set<ChildProcess>()
  // A stopped process does not notice that its parent is gone.
  const killAll = () => all.forEach((child) => child.kill('SIGKILL'))
  process.once('exit', killAll)
  const start = (point?: string) => startWorker(all, { ...env, ...(point && { SLUICE_FAILPOINT: point }) })
  const workers = await Promise.all(Array.from({ length: count }, () => start()))
  let victims = 0
  const at = (number: number) => {
    const worker = workers[number % count]
    if (!worker) throw new RangeError(`there is no worker ${number}`)
    return worker
  }
  return {
    async kill(number) {
      const worker = at(number)
      worker.kill()
      const atMs = await worker.died
      workers[number % count] = await start()
      return { processId: worker.processId, atMs, point: 'now' }
    },
    async dieAt(point, patienceMs) {
      while (victims >= victimsAtOnce) await new Promise((resolve) => setTimeout(resolve, 100))
      victims++
      try {
        const worker = await start(point)
        const timer = setTimeout(() => worker.kill(), patienceMs)
        const atMs = await worker.died
        clearTimeout(timer)
        return { processId: worker.processId, atMs, point }
      } finally {
        victims--
      }
    },
    sleep: (number, forMs) => at(number).sleep(forMs),
    async stop() {
      process.off('exit', killAll)
      const ended = [...all].map((child) => new Promise((resolve) => child.once('exit', resolve)))
      killAll()
      await Promise.all(ended)
    },
  }
}

async function startWorker(all: Set<ChildProcess>, env: Record<string, string>): Promise<Worker> {
  const child = fork(await bundle(new URL('./worker.ts', import.meta.url)), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  all.add(child)
  const died = new Promise<number>((resolve) => {
    child.once('exit', () => {
      all.delete(child)
      resolve(performance.now())
    })
  })
  const processId = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { processId: string }).processId))
    child.once('exit', (code, signal) => reject(new Error(`a worker ended at start: ${code ?? signal}`)))
  })
  return {
    processId,
    died,
    kill: () => void child.kill('SIGKILL'),
    async sleep(forMs) {
      child.kill('SIGSTOP')
      await new Promise((resolve) => setTimeout(resolve, forMs))
      child.kill('SIGCONT')
    },
  }
}
