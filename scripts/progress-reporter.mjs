// A reporter for Vitest and for Playwright: it writes one line of JSON to scripts/runner.mjs when a test begins and when it ends.
// Without that runner it writes nothing.
import { writeSync } from 'node:fs'

/** The file descriptor of the pipe to the runner, in the processes that it starts. */
export const progressFd = 3
/** Environment variable that is set in these processes. */
export const progressVariable = 'SLUICE_PROGRESS'

/**
 * Reports an event: { begin: id, name }, { end: id, ok, name, retries }, { note }. The runner takes a run for hung when no event comes for
 * long; a note prevents that where a slow start is normal.
 */
export function tell(event) {
  if (process.env[progressVariable] === undefined) return
  for (let isFull = true; isFull;) {
    try {
      writeSync(progressFd, `${JSON.stringify(event)}\n`)
      isFull = false
    } catch (error) {
      // A full pipe (EAGAIN) is read soon; a pipe without a reader (EPIPE) needs no more events.
      if (error.code === 'EPIPE') return
      if (error.code !== 'EAGAIN') throw error
    }
  }
}

export default class ProgressReporter {
  // Vitest
  onTestCaseReady(test) {
    tell({ begin: test.id, name: `${test.module.relativeModuleId} > ${test.fullName}` })
  }

  onTestCaseResult(test) {
    const { state } = test.result()
    const retries = test.diagnostic()?.retryCount ?? 0
    const name = `${test.module.relativeModuleId} > ${test.fullName}`
    tell({ end: test.id, name, retries, ...(state !== 'skipped' && { ok: state === 'passed' }) })
  }

  /** Counts a file whose imports or hooks failed: none of its tests ran, so none failed. */
  onTestModuleEnd(file) {
    if (file.ok()) return
    const failed = [...file.children.allTests('failed')]
    if (failed.length === 0) tell({ end: file.id, ok: false })
  }

  /** Output of a long test shows that it goes on. */
  onUserConsoleLog() {
    tell({ note: 'output' })
  }

  // Playwright
  onTestBegin(test) {
    tell({ begin: test.id, name: test.titlePath().filter(Boolean).join(' > ') })
  }

  onTestEnd(test, { status, retry }) {
    const name = test.titlePath().filter(Boolean).join(' > ')
    tell({ end: test.id, name, retries: retry, ...(status !== 'skipped' && { ok: status === 'passed' }) })
  }

  printsToStdio() {
    return false
  }
}
