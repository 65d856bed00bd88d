import { fork, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Duplex } from 'node:stream'
import { AppError } from '@/lib/errors'
import { log } from '../log'
import { forwardRequest, forwardUpgrade, type ForwardTarget } from './forward-request'

/** The process of the pages, besides the one that sells: neither waits for the other's processor, memory or faults. */
export type PagesProcess = {
  /** Answers a request through it; `refuse` answers while it cannot. */
  serve(incoming: IncomingMessage, outgoing: ServerResponse, refuse: (problem: AppError) => void): void
  upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Ends it, after it has finished its running requests. */
  stop(): Promise<void>
}

export type PagesOptions = {
  /**
   * Its program: gets the path of the Unix socket to listen on, sends `ready`, and ends when its channel to this process does.
   */
  program: string
  args?: readonly string[]
  /** Whether there is anything to serve. Checked twice a second until there is. */
  isBuilt?: () => boolean
  /** How long a request waits for a process that is starting. */
  patienceMs?: number
  /** The longest that it may take to stop. */
  stopMs?: number
}

const askMs = 500
const againMs = { least: 500, most: 30_000 }
/** A process that lived this long was healthy: the next one starts at once. */
const wellMs = 60_000

/** Starts it, and restarts it whenever it ends, until it is stopped. */
export function startPages(options: PagesOptions): PagesProcess {
  const { isBuilt = () => true, patienceMs = 5_000, stopMs = 10_000 } = options
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-'))
  const target: ForwardTarget = { socketPath: path.join(folder, 'pages'), agent: new Agent({ keepAlive: true }) }
  const stopping = new AbortController()
  let child: ChildProcess | undefined
  let starting: Promise<boolean> | undefined
  let isUp = false

  const run = async () => {
    rmSync(target.socketPath, { force: true })
    // Next reads the source maps of its own chunks when it needs them; all of them in memory would be 100 MB.
    const execArgv = process.execArgv.filter((argument) => argument !== '--enable-source-maps')
    const running = fork(options.program, [target.socketPath, ...(options.args ?? [])], { execArgv })
    child = running
    const ended = new Promise<string>((resolve) => {
      running.once('exit', (code, signal) => resolve(signal ?? `code ${code}`))
      running.once('error', (error) => resolve(error.message))
    })
    const ready = new Promise<boolean>((resolve) => running.once('message', () => resolve(true)))
    starting = Promise.race([ready, ended.then(() => false)])
    isUp = await starting
    const why = await ended
    isUp = false
    starting = child = undefined
    return why
  }
  const keep = async () => {
    for (let waitMs = againMs.least; !stopping.signal.aborted;) {
      if (!(await built(isBuilt, stopping.signal))) return
      const startedAt = performance.now()
      const why = await run()
      if (stopping.signal.aborted) return
      if (performance.now() - startedAt > wellMs) waitMs = againMs.least
      log().error({ why, againMs: waitMs }, 'the process of the pages ended and starts again; sales go on')
      await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => {})
      waitMs = Math.min(waitMs * 2, againMs.most)
    }
  }
  const kept = keep()

  return {
    async serve(incoming, outgoing, refuse) {
      if (!isUp && starting) await Promise.race([starting, sleep(patienceMs, undefined, { ref: false })])
      if (outgoing.destroyed) return
      if (!isUp) return refuse(away(isBuilt()))
      forwardRequest(incoming, outgoing, target, (error) => refuse(away(true, error)))
    },
    upgrade: (incoming, socket, head) =>
      isUp ? forwardUpgrade(incoming, socket, head, target) : void socket.destroy(),
    async stop() {
      stopping.abort()
      if (child?.connected) child.disconnect()
      const timer = setTimeout(() => child?.kill('SIGKILL'), stopMs)
      await kept
      clearTimeout(timer)
      target.agent.destroy()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function built(isBuilt: () => boolean, signal: AbortSignal): Promise<boolean> {
  if (!isBuilt()) log().warn('the pages are not built yet (npm run build); sales go on without them')
  while (!isBuilt() && !signal.aborted) await sleep(askMs, undefined, { signal }).catch(() => {})
  return !signal.aborted
}

function away(isThere: boolean, cause?: Error): AppError {
  const text = isThere ? 'The dashboard is starting.' : 'The dashboard is being built.'
  return new AppError('pages-unavailable', `${text} What is sold here is sold all the same.`, {
    // A browser reloads by itself.
    headers: { Refresh: '2' },
    cause,
  })
}
