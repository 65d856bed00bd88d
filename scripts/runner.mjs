// Runs the steps of `npm run verify` and `npm test`: starts them, counts their tests, prints the results.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { progressVariable } from './progress-reporter.mjs'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

/** The entry file of an installed package's command, to be run by this Node. */
export function bin(name, file) {
  return [process.execPath, path.join(root, 'node_modules', name, file)]
}

/** Arguments that make Vitest report its tests to the runner. */
export const progress = [`--reporter=${path.join(root, 'scripts/progress-reporter.mjs')}`]

/** Tests that needed more than one try in any run of this process: name -> number of further tries. */
export const retried = new Map()

const running = new Set()
let stopping = false
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    stopping = true
    for (const child of running) end(child, signal)
    process.exitCode = 130
  })

// Each child leads its own process group, so that its own children end with it.
function end(child, signal) {
  try {
    process.kill(-child.pid, signal)
  } catch {
    child.kill(signal)
  }
}

/** Longer than any test on a slow machine; see `hangMs` in vitest.config.ts. */
const silentMaxMs = 5 * 60_000

/**
 * Runs a command in the project's folder, without a time limit. A command that runs tests is ended when no test has ended for five
 * minutes; the tests that were running then are printed and counted as failed.
 * @param options `quiet` keeps the output for the result instead of showing it; `tests`: the command uses scripts/progress-reporter.mjs.
 * @returns { ok, output, seconds, passed, failed }; without `tests` the command counts as one test.
 */
export function run([command, ...args], { quiet = false, tests = false, env = {} } = {}) {
  if (stopping) return Promise.resolve({ ok: false, output: 'stopped', seconds: 0, passed: 0, failed: 1 })
  const startedAt = performance.now()
  return new Promise((resolve) => {
    const shown = quiet ? 'pipe' : 'inherit'
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env, ...(tests && { [progressVariable]: '1' }) },
      stdio: ['ignore', shown, shown, tests ? 'pipe' : 'ignore'],
      detached: true,
    })
    running.add(child)
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    const followed = tests ? follow(child) : undefined
    const done = (ended) => {
      followed?.stop()
      running.delete(child)
      const seconds = (performance.now() - startedAt) / 1000
      resolve({ output, seconds, ...countOf(ended, followed) })
    }
    child.once('error', (error) => ((output += error.message), done(false)))
    child.once('close', (code) => done(code === 0))
  })
}

function countOf(ended, followed) {
  if (!followed) return { ok: ended, passed: ended ? 1 : 0, failed: ended ? 0 : 1 }
  const results = [...followed.results.values()]
  const passed = results.filter(Boolean).length
  const failed = results.length - passed + followed.hung.length
  // A run that failed in another way, or that ran nothing, counts as one failure.
  const isBroken = failed === 0 && (!ended || passed === 0)
  return { ok: ended && failed === 0 && !isBroken, passed, failed: isBroken ? 1 : failed }
}

/** Reads the events of a run, and ends the run when no event comes for long. */
function follow(child) {
  const begun = new Map()
  const results = new Map()
  const hung = []
  let heardAt = performance.now()
  const hear = ({ begin, name, end, ok, retries }) => {
    if (begin !== undefined) return void begun.set(begin, name)
    heardAt = performance.now()
    if (end === undefined) return
    begun.delete(end)
    if (retries > 0) retried.set(name, retries)
    // The last try of a test counts.
    if (ok !== undefined) results.set(end, ok)
  }
  createInterface({ input: child.stdio[3] }).on('line', (text) => hear(JSON.parse(text)))
  const timer = setInterval(() => {
    if (performance.now() - heardAt < silentMaxMs) return
    clearInterval(timer)
    hung.push(...begun.values())
    console.log(`\n✗ No test has ended for ${silentMaxMs / 60_000} minutes. What was running:`)
    for (const name of hung.length > 0 ? hung : ['no test: what they need did not start']) console.log(`  ${name}`)
    end(child, 'SIGTERM')
    setTimeout(() => end(child, 'SIGKILL'), 20_000).unref()
  }, 1_000)
  return { results, hung, stop: () => clearInterval(timer) }
}

export function line(ok, name, seconds, note = '') {
  console.log(`${ok ? '✓' : '✗'} ${name.padEnd(10)} ${seconds.toFixed(1).padStart(6)} s${note && `  ${note}`}`)
}
