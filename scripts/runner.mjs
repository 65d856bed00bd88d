// Runs the steps of `npm run verify` and `npm test`: starts them, counts their tests, tells how they went.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

/** The entry file of an installed package's command, to be run by this Node. */
export function bin(name, file) {
  return [process.execPath, path.join(root, 'node_modules', name, file)]
}

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

/**
 * Runs a command in the project's folder.
 * @param options `quiet` keeps the output for the result instead of showing it; `timeoutMs` ends it.
 * @returns { ok, output, seconds, timedOut }
 */
export function run([command, ...args], { quiet = false, timeoutMs, env = {} } = {}) {
  if (stopping) return Promise.resolve({ ok: false, output: 'stopped', seconds: 0, timedOut: false })
  const startedAt = performance.now()
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
      detached: true,
    })
    running.add(child)
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    let timedOut = false
    const ask = timeoutMs && setTimeout(() => ((timedOut = true), end(child, 'SIGTERM')), timeoutMs)
    const force = timeoutMs && setTimeout(() => end(child, 'SIGKILL'), timeoutMs + 20_000)
    const done = (ok) => {
      clearTimeout(ask)
      clearTimeout(force)
      running.delete(child)
      resolve({ ok: ok && !timedOut, output, timedOut, seconds: (performance.now() - startedAt) / 1000 })
    }
    child.once('error', (error) => ((output += error.message), done(false)))
    child.once('close', (code) => done(code === 0))
  })
}

/** A step that counts as one test. */
export function asOne(result) {
  return { passed: result.ok ? 1 : 0, failed: result.ok ? 0 : 1 }
}

/**
 * What a vitest or Playwright JSON report counted. A file whose hooks or imports failed has tests that did not run but
 * none that failed: it counts as one failure, and so does a run that failed otherwise or left no report.
 */
export function counted(result, reportFile) {
  let count
  try {
    count = countsOf(JSON.parse(readFileSync(path.join(root, reportFile), 'utf8')))
  } catch {
    return { passed: 0, failed: 1 }
  }
  return !result.ok && count.failed === 0 ? { ...count, failed: 1 } : count
}

function countsOf(report) {
  if (report.stats) return { passed: report.stats.expected + report.stats.flaky, failed: report.stats.unexpected }
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((assertion) => assertion.status !== 'failed'),
  )
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length }
}

export function line(ok, name, seconds, note = '') {
  console.log(`${ok ? '✓' : '✗'} ${name.padEnd(10)} ${seconds.toFixed(1).padStart(6)} s${note && `  ${note}`}`)
}
