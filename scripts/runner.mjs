// Runs the steps of `npm run verify` and `npm test`: starts them, counts their tests, tells how they went.
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

/** What makes Vitest and Playwright tell the runner of their tests. */
export const progress = [`--reporter=${path.join(root, 'scripts/progress-reporter.mjs')}`]

const running = new Set()
let stopping = false
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    stopping = true
    for (const child of running) end(child, signal)
    process.exitCode = 130
  })

// Each child leads its own group, so that what it started ends with it.
function end(child, signal) {
  try {
    process.kill(-child.pid, signal)
  } catch {
    child.kill(signal)
  }
}

/** No test takes as long, on a machine of any speed; see `hangMs` in vitest.config.ts. */
const silentMaxMs = 5 * 60_000

/**
 * Runs a command in the project's folder. It may take as long as it likes, but a command that runs tests is ended when none
 * of them has ended for five minutes, and those that were running then are named and counted as failed.
 * @param options `quiet` keeps the output for the result instead of showing it; `tests`: it has scripts/progress-reporter.mjs.
 * @returns { ok, output, seconds, passed, failed }; without `tests` the command counts as one.
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
  // A run that failed otherwise, or that ran nothing, counts as one failure.
  const isBroken = failed === 0 && (!ended || passed === 0)
  return { ok: ended && failed === 0 && !isBroken, passed, failed: isBroken ? 1 : failed }
}

/** Listens to what a run says of its tests, and ends it when it falls silent. */
function follow(child) {
  const begun = new Map()
  const results = new Map()
  const hung = []
  let heardAt = performance.now()
  const hear = ({ begin, name, end, ok }) => {
    if (begin !== undefined) return void begun.set(begin, name)
    heardAt = performance.now()
    if (end === undefined) return
    begun.delete(end)
    // The last word of a test that is tried again counts.
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
