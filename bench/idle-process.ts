import { countStatements } from '../sandbox/count-statements'

// An installation's one process, with the gateway, the facilitator and the background tasks, that reports what it has used so far.
const statements = countStatements()
await import('../sandbox/testing/gateway-process')

export type Used = { statements: number; texts: string[]; cpuMicros: number }

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  const used: Used = {
    statements: statements.count,
    texts: statements.texts.splice(0),
    cpuMicros: user + system,
  }
  process.send?.(used)
})
