import { spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { FullConfig } from '@playwright/test'
import { dataDirAt, loadPorts, savePorts } from '../sandbox/data-dir'
import { pickPort } from '../sandbox/port'
import { tell } from '../scripts/progress-reporter.mjs'
import type { Demo } from './demo'

/** Starts one demo for all specs, with its own data, and ends it after them. SLUICE_DEMO_FILE uses a running one. */
export default async function setup({ projects }: FullConfig): Promise<(() => Promise<void>) | undefined> {
  if (process.env.SLUICE_DEMO_FILE) return undefined
  const dataDir = mkdtempSync(path.join(tmpdir(), 'sluice-e2e-'))
  chmodSync(dataDir, 0o755)
  await takeFreePorts(dataDir)
  const logs = path.resolve(projects[0]?.outputDir ?? 'test-results', 'demo')
  mkdirSync(logs, { recursive: true })
  const output = openSync(path.join(logs, 'demo.log'), 'w')
  const demo = spawn(process.execPath, ['scripts/run.mjs', 'sandbox/demo.ts'], {
    // Its own PostgreSQL, whatever database the shell names.
    env: {
      ...process.env,
      DATABASE_URL: '',
      SLUICE_DATA_DIR: dataDir,
      PORT: '',
      NEXT_TELEMETRY_DISABLED: '1',
    },
    stdio: ['ignore', output, output],
  })
  const ended = new Promise<void>((resolve) => demo.once('exit', () => resolve()))
  const killer = () => demo.kill('SIGTERM')
  process.once('exit', killer)

  const end = async () => {
    process.off('exit', killer)
    demo.kill('SIGINT')
    const timer = setTimeout(() => demo.kill('SIGKILL'), 30_000)
    await ended
    clearTimeout(timer)
    const chainLogs = path.join(dataDir, 'logs')
    if (existsSync(chainLogs)) cpSync(chainLogs, logs, { recursive: true })
    rmSync(dataDir, { recursive: true, force: true })
  }

  const file = path.join(dataDir, 'demo.json')
  // The first start builds the application: it takes as long as it takes, and every line of its logs says that it goes on.
  let heard = 0
  while (!(await isReady(file))) {
    if (demo.exitCode === null && demo.signalCode === null) {
      const lines = sizeOf(path.join(logs, 'demo.log'), path.join(dataDir, 'logs'))
      if (lines !== heard) tell({ note: 'the demo starts' })
      heard = lines
      await new Promise((resolve) => setTimeout(resolve, 500))
      continue
    }
    await end()
    throw new Error(`the demo did not start:\n${readFileSync(path.join(logs, 'demo.log'), 'utf8').slice(-3000)}`)
  }
  process.env.SLUICE_DEMO_FILE = file
  return end
}

/** Bytes of a file and of those in a folder. */
function sizeOf(file: string, folder: string): number {
  const files = existsSync(folder) ? readdirSync(folder).map((name) => path.join(folder, name)) : []
  return [file, ...files].reduce((sum, each) => sum + statSync(each).size, 0)
}

async function isReady(file: string): Promise<boolean> {
  if (!existsSync(file)) return false
  try {
    const { baseUrl, resources } = JSON.parse(readFileSync(file, 'utf8')) as Demo
    const [page, free] = await Promise.all([fetch(`${baseUrl}/sign-in`), fetch(resources.free)])
    return page.ok && free.ok
  } catch {
    return false
  }
}

/** Other than the usual ones, for which another demo that starts at the same moment would ask too. */
async function takeFreePorts(dataDir: string): Promise<void> {
  const dir = dataDirAt('', { ...process.env, SLUICE_DATA_DIR: dataDir })
  const names = Object.keys(loadPorts(dir)) as (keyof ReturnType<typeof loadPorts>)[]
  const ports = await Promise.all(names.map(async (name) => [name, await pickPort()] as const))
  savePorts(dir, { ...loadPorts(dir), ...Object.fromEntries(ports) })
}
