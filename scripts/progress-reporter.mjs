// A reporter for Vitest and for Playwright: tells scripts/runner.mjs of each test when it begins and when it ends, one line
// of JSON each. Who ran the tests by hand listens to nothing, and hears nothing.
import { writeSync } from 'node:fs'

/** The runner's end of the line, in the processes that it starts. */
export const progressFd = 3
/** Set for them. */
export const progressVariable = 'SLUICE_PROGRESS'

/**
 * Says that something went on: { begin: id, name }, { end: id, ok }, { note }. A run in which nothing ends for long hangs;
 * a note says that it does not, where the start of a world takes its time.
 */
export function tell(event) {
  if (process.env[progressVariable] === undefined) return
  for (let isFull = true; isFull;) {
    try {
      writeSync(progressFd, `${JSON.stringify(event)}\n`)
      isFull = false
    } catch (error) {
      // A full pipe is read as soon as the runner can; one without a reader tells nothing any more.
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
    tell({ end: test.id, ...(state !== 'skipped' && { ok: state === 'passed' }) })
  }

  /** A file whose imports or hooks failed has tests that did not run, but none that failed. */
  onTestModuleEnd(file) {
    if (file.ok()) return
    const failed = [...file.children.allTests('failed')]
    if (failed.length === 0) tell({ end: file.id, ok: false })
  }

  /** A long test says by what it prints that it goes on. */
  onUserConsoleLog() {
    tell({ note: 'output' })
  }

  // Playwright
  onTestBegin(test) {
    tell({ begin: test.id, name: test.titlePath().filter(Boolean).join(' > ') })
  }

  onTestEnd(test, { status }) {
    tell({ end: test.id, ...(status !== 'skipped' && { ok: status === 'passed' }) })
  }

  printsToStdio() {
    return false
  }
}
