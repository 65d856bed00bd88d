import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'

export type Ended = { code: number | null; signal: NodeJS.Signals | null }

/** A process that ends when this one does, even when this one is killed with SIGKILL. */
export type Child = {
  name: string
  pid: number
  /** Resolves when it has ended; never rejects. */
  ended: Promise<Ended>
  hasEnded(): boolean
  /** Asks it to end, kills it when it does not within `graceMs`. May be called twice. */
  stop(graceMs?: number): Promise<void>
  /** Its last output. */
  tail(lines?: number): string
}

export type ChildOptions = {
  name: string
  command: string
  args: readonly string[]
  /** Gets its output, appended. */
  logFile: string
  /** Asks it to end; also sent when this process dies. */
  endSignal: 'SIGINT' | 'SIGTERM'
  cwd?: string
  env?: NodeJS.ProcessEnv
  user?: { uid: number; gid: number }
}

// The kernel sends the signal when the parent is gone: nothing can be left behind.
let deathSignal: boolean | undefined
function hasDeathSignal(): boolean {
  return (deathSignal ??=
    process.platform === 'linux' && spawnSync('setpriv', ['--pdeathsig', 'INT', '--', 'true']).status === 0)
}

// Elsewhere a shell holds our pipe and passes its end on. Arguments: signal name, command, args…
const leash = `
signal=$1; shift
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
(cat <&3 >/dev/null; kill -s "$signal" "$child") 2>/dev/null &
watch=$!
trap '' INT TERM
wait "$child"; code=$?
kill "$watch" 2>/dev/null
exit "$code"
`

/** Starts a process of its own group (a Ctrl-C in the terminal does not reach it) that ends with this one. */
export function startChild(options: ChildOptions): Child {
  mkdirSync(path.dirname(options.logFile), { recursive: true })
  const log = openSync(options.logFile, 'a')
  const tied = hasDeathSignal()
  const signalName = options.endSignal.slice(3)
  const [command, args] = tied
    ? ['setpriv', ['--pdeathsig', signalName, '--', options.command, ...options.args]]
    : ['/bin/sh', ['-c', leash, 'leash', signalName, options.command, ...options.args]]
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: [tied ? 'ignore' : 'pipe', log, log],
    detached: true,
    ...options.user,
  })
  closeSync(log)
  child.stdin?.on('error', () => {})
  let over = false
  const ended = new Promise<Ended>((resolve) => {
    const end = (result: Ended) => {
      over = true
      resolve(result)
    }
    child.once('exit', (code, signal) => end({ code, signal }))
    child.once('error', () => end({ code: null, signal: null }))
  })
  return {
    name: options.name,
    pid: child.pid ?? -1,
    ended,
    hasEnded: () => over,
    async stop(graceMs = 10_000) {
      if (over) return
      if (tied) child.kill(options.endSignal)
      else child.stdin?.end()
      const timer = setTimeout(() => killGroup(child), graceMs)
      await ended
      clearTimeout(timer)
    },
    tail: (lines = 15) => tailOf(options.logFile, lines),
  }
}

function killGroup(child: ChildProcess): void {
  if (!child.pid) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}

/** The last lines of a file, or nothing when it cannot be read. */
export function tailOf(file: string, lines: number): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
  } catch {
    return ''
  }
}

/** Finds what hangs, on a machine of any speed. */
const hangMs = 240_000

/** Waits until `check` answers something, and fails at once when the child ends before. */
export async function waitFor<Result>(
  child: Child,
  what: string,
  check: () => Promise<Result | undefined>,
): Promise<Result> {
  const deadline = Date.now() + hangMs
  for (;;) {
    const result = await check().catch(() => undefined)
    if (result !== undefined) return result
    if (child.hasEnded()) throw new Error(`${child.name} ended before ${what}:\n${child.tail()}`)
    if (Date.now() > deadline)
      throw new Error(`${child.name}: ${what} took longer than ${hangMs / 1000} s:\n${child.tail()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
