import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { report, type Row } from './report'

/**
 * What starting costs, on Linux: the server and its pages by the processor's time and memory when the demo sells, the demo's second
 * start, all its memory, and with `--clone` the way from a clone with an empty npm cache to the first paid request, which needs a package
 * registry.
 *
 *   npm run bench:start -- [--minutes 0] [--clone]
 */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '0' }, clone: { type: 'boolean', default: false } },
})
const root = path.dirname(import.meta.dirname)
const megabyte = 1024

type Demo = { baseUrl: string; resources: { free: string } }
type Running = { child: ChildProcess; demo: Demo; seconds: number }
type Process = { pid: number; command: string; cpuSeconds: number; rssKb: number; pssKb: number }

const rows = await measureStart(Number(values.minutes))
if (values.clone) rows.push(await measureClone())
report(rows)
for (const { row, now, goal } of rows) console.log(`${row.padEnd(64)} ${now.toFixed(2).padStart(8)}   goal ${goal}`)
console.log(`load ${os.loadavg().map((load) => load.toFixed(1))}`)
process.exit(0)

async function measureStart(minutes: number): Promise<Row[]> {
  const dataDir = openFolder()
  try {
    const first = await start(root, dataDir)
    await pagesOf(first.demo)
    await stop(first.child)
    const { child, demo, seconds } = await start(root, dataDir)
    const atSale = processesOf(child.pid ?? 0)
    const server = atSale.find(({ command }) => command.includes('dist/server.js'))
    await pagesOf(demo)
    const pages = processesOf(child.pid ?? 0).find(({ command }) => command.includes('dist/pages.js'))
    await new Promise((resolve) => setTimeout(resolve, minutes * 60_000))
    const memoryKb = processesOf(child.pid ?? 0).reduce((sum, { pssKb }) => sum + pssKb, 0)
    await stop(child)
    return [
      { row: 'server until it sells: CPU s', now: server?.cpuSeconds ?? Number.NaN, goal: 3 },
      { row: 'server that sells: MB', now: (server?.rssKb ?? Number.NaN) / megabyte, goal: 250 },
      { row: 'process of the pages until its first page: CPU s', now: pages?.cpuSeconds ?? Number.NaN, goal: 3 },
      { row: 'process of the pages after its first page: MB', now: (pages?.rssKb ?? Number.NaN) / megabyte, goal: 250 },
      { row: 'second start of the demo: s', now: seconds, goal: 6 },
      { row: `whole demo after ${minutes} minutes: GB`, now: memoryKb / megabyte / 1024, goal: 1.5 },
    ]
  } finally {
    fs.rmSync(dataDir, { recursive: true, force: true })
  }
}

/** Everything that `git clone` brings, and nothing that this machine keeps for npm. */
async function measureClone(): Promise<Row> {
  const folder = openFolder()
  const project = path.join(folder, 'clone')
  try {
    await ended(spawn('git', ['clone', '-q', '--no-hardlinks', root, project], { stdio: 'inherit' }))
    const env = { HOME: path.join(folder, 'home'), npm_config_cache: path.join(folder, 'npm') }
    const startedMs = performance.now()
    const { child } = await start(project, path.join(folder, 'data'), env)
    const pay = spawn(process.execPath, ['scripts/run.mjs', 'sandbox/demo-pay.ts'], {
      cwd: project,
      env: { ...process.env, ...env, SLUICE_DATA_DIR: path.join(folder, 'data') },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise<void>((resolve, reject) => {
      pay.stdout.on('data', (text: Buffer) => String(text).includes('/payments/') && resolve())
      pay.once('exit', () => reject(new Error('the fresh clone sold nothing')))
    })
    const seconds = (performance.now() - startedMs) / 1000
    await ended(pay)
    await stop(child)
    return { row: 'clone to first paid request, empty npm cache: s', now: seconds, goal: 120 }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** Starts a demo, and waits until it sells. */
async function start(project: string, dataDir: string, more: Record<string, string> = {}): Promise<Running> {
  const startedMs = performance.now()
  const child = spawn(process.execPath, ['scripts/run.mjs', 'sandbox/demo.ts'], {
    cwd: project,
    env: { ...process.env, ...more, DATABASE_URL: '', SLUICE_DATA_DIR: dataDir, PORT: '0' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const file = path.join(dataDir, 'demo.json')
  while (!fs.existsSync(file)) {
    if (child.exitCode !== null) throw new Error('the demo did not start')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const demo = JSON.parse(fs.readFileSync(file, 'utf8')) as Demo
  return { child, demo, seconds: (performance.now() - startedMs) / 1000 }
}

/** Waits for the first page. */
async function pagesOf({ baseUrl }: Demo): Promise<void> {
  const isThere = () => fetch(`${baseUrl}/sign-in`).then(({ ok }) => ok)
  while (!(await isThere())) await new Promise((resolve) => setTimeout(resolve, 500))
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGINT')
  await ended(child)
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve()
  return new Promise((resolve) => child.once('exit', () => resolve()))
}

/** PostgreSQL runs as another user, who has to come through. */
function openFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-start-'))
  fs.chmodSync(folder, 0o755)
  return folder
}

/** A process and all that it started. */
function processesOf(pid: number): Process[] {
  const parents = fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), Number(fieldsOf(Number(name))[1])] as const)
  const below = (of: number): number[] => [of, ...parents.flatMap(([one, parent]) => (parent === of ? below(one) : []))]
  return below(pid).map((one) => {
    const fields = fieldsOf(one)
    const memory = readOr(`/proc/${one}/smaps_rollup`)
    const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(memory)?.[1] ?? 0)
    return {
      pid: one,
      command: readOr(`/proc/${one}/cmdline`).replaceAll('\0', ' '),
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
      rssKb: kilobytes('Rss'),
      pssKb: kilobytes('Pss'),
    }
  })
}

/** Of /proc/PID/stat, from the state on; the name before it may hold anything. */
function fieldsOf(pid: number): string[] {
  return readOr(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? []
}

function readOr(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
