import { spawn } from 'node:child_process'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Client } from './clients'
import type { Task, Told } from './Task'

/** `excused`: it cannot work, and `said` has the reason. */
export type Cell = { paid: boolean; said: string; ms: number; excused?: boolean }

/** Finds what hangs: a stream behind a proxy that holds it never ends by itself. */
const hangMs = 240_000

/** From the app's port to a proxy's; see clients/route.mjs. */
export type Route = { from: number; to: number }

/** Runs a client once, in its folder, by a route if there is one. Never throws. */
export async function buy(client: Client, dir: string, task: Task, route: Route | undefined): Promise<Cell> {
  const startedAt = performance.now()
  const command = client.script.endsWith('.py') ? '/usr/bin/python3' : process.execPath
  const { output, errors } = await new Promise<{ output: string; errors: string }>((resolve) => {
    const child = spawn(command, [client.script, JSON.stringify(task)], {
      cwd: dir,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...(route && envOf(dir, route)) },
    })
    let [output, errors] = ['', '']
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (errors += chunk))
    const timer = setTimeout(() => child.kill('SIGKILL'), hangMs)
    const end = (why = '') => {
      clearTimeout(timer)
      resolve({ output, errors: errors + why })
    }
    child.once('error', (error) => end(error.message))
    child.once('close', (_, signal) => end(signal ? `nothing came for ${hangMs / 1000} s` : ''))
  })
  const ms = performance.now() - startedAt
  const told = readTold(output)
  // A proxy can answer 200 by itself: what was sold comes with a receipt.
  const isPaid = told?.status === 200 && (told.receipt !== undefined || client.sees !== undefined)
  if (isPaid) return { paid: true, said: told.body, ms }
  return { paid: false, said: told ? `${told.status} ${told.body}` : wordsOf(errors), ms }
}

function envOf(dir: string, { from, to }: Route): Record<string, string> {
  return {
    INTEROP_ROUTE: `${from}:${to}`,
    NODE_OPTIONS: `--import ${pathToFileURL(path.join(dir, 'route.mjs')).href}`,
    PYTHONPATH: dir,
  }
}

function readTold(output: string): Told | undefined {
  try {
    return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Told
  } catch {
    return undefined
  }
}

/** The line of a stack that says what happened. */
function wordsOf(errors: string): string {
  const lines = errors.split('\n').map((line) => line.trim())
  return lines.find((line) => /^(\w*Error|Uncaught)\b/.test(line)) ?? lines.filter(Boolean).at(-1) ?? 'it said nothing'
}
