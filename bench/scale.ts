import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { createCtx } from '@/lib/ctx'
import { closeDb, db, endHeartbeat, runFor, sql, stayAlive } from '@/lib/db'
import { exportLog, sequenceEvents } from '@/lib/audit'
import { ensureSigners } from '@/lib/execution'
import { tasks, type TaskName } from '@/lib/jobs'
import { evmNetwork, fundGas, startEvm } from '../sandbox/evm'
import { migrate } from '../sandbox/migrate'
import { removePostgres, startPostgres } from '../sandbox/postgres'
import { scaleOf, seedScale } from '../sandbox/scale'
import { drain } from '../sandbox/scale-pages'
import { recordStatements, tellStatements, type Statement } from '../sandbox/statements'
import { fundPathUsd, startTempo, tempoNetwork } from '../sandbox/tempo'
import { report } from './report'
import { measurePages, tellPages, toRows } from './scale-pages'

/**
 * Every page, every API list and every background task on a database with years of business: a million payments of one merchant, five
 * million events, 200,000 transactions, 100,000 channels of which 20,000 are open on the local Tempo chain and 500 are due. Prints
 * what each page takes of the server, seen by a member of that merchant and by an operator, and an export of the trail in full; then
 * what one run of each task takes of the database, how many rows it looks at, and what it takes to settle what is due. Times of tasks
 * are those of PostgreSQL (fsync on), so that chains and this process do not count.
 *
 *   npm run bench:scale -- [--size 0.1] [--runs 3] [--only pages|tasks]
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '1' },
    runs: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
})
const scale = scaleOf(Number(values.size))
const runs = Number(values.runs)
/** Limits for one run, and for everything that is due. */
const goal = { runMs: 100, settleMs: 5_000 }
/** Adds everything up from the beginning, once a night, in pieces. */
const slow: readonly TaskName[] = ['check-sums']

const root = path.dirname(import.meta.dirname)
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-scale-'))
fs.chmodSync(dataDir, 0o755)
const postgres = await startPostgres({ dataDir: path.join(dataDir, 'cluster') })
const started = await Promise.all([
  startEvm({ cacheDir: dataDir, logFile: path.join(dataDir, 'evm.log') }),
  startTempo({ cacheDir: dataDir, logFile: path.join(dataDir, 'tempo.log') }),
])
const [evm, tempo] = started
try {
  await prepare()
  if (values.only !== 'tasks') await runPages()
  if (values.only !== 'pages') await run()
} finally {
  await endHeartbeat().catch(() => undefined)
  await closeDb()
  await Promise.all(started.map((chain) => chain.stop()))
  await postgres.stop()
  removePostgres(path.join(dataDir, 'cluster'))
  fs.rmSync(dataDir, { recursive: true, force: true })
}
process.exit(0)

async function prepare(): Promise<void> {
  const signer = generatePrivateKey()
  const operator = privateKeyToAccount(signer).address
  const throwAway = 'a-throw-away-secret-of-32-bytes-or-more'
  Object.assign(process.env, {
    DATABASE_URL: postgres.url,
    PUBLIC_URL: 'http://bench.test',
    CHALLENGE_SECRET: throwAway,
    ENCRYPTION_SECRET: throwAway,
    CRON_SECRET: throwAway,
    AUDIT_PRIVATE_KEY: signer.slice(2),
    NETWORKS: JSON.stringify({ [evmNetwork]: { rpcUrls: [evm.url] }, [tempoNetwork]: { rpcUrls: [tempo.url] } }),
    SETTLEMENT_PRIVATE_KEY: signer,
    LOG_LEVEL: 'fatal',
  })
  await migrate(root, postgres.url)
  await fundGas(evm, operator, 10n ** 20n)
  await fundPathUsd(tempo, operator, 1_000_000_000n)
  const sinceMs = performance.now()
  process.stderr.write(`writing ${count(scale.payments)} payments and ${count(scale.channels)} channels …\n`)
  await seedScale(postgres.url, scale, { evm, tempo, operator: operator.toLowerCase() as `0x${string}` })
  process.stderr.write(`written in ${((performance.now() - sinceMs) / 1000).toFixed(0)} s\n`)
  await stayAlive()
  await ensureSigners(createCtx({ kind: 'system', id: 'bench' }))
}

/** Times of a page are printed with the machine's load: the p95 of so many runs. */
async function runPages(): Promise<void> {
  const pageRuns = Math.max(20, runs)
  // Exports and proofs are under a checkpoint.
  await sequenceEvents(10_000)
  const measured = await measurePages(postgres.url, pageRuns)
  report(toRows(measured, count(scale.payments)))
  const { head, rows, missed } = tellPages(measured)
  console.log(`
${count(scale.payments)} payments, ${count(scale.payments * 4 + scale.transactions * 5)} events; ${pageRuns} runs each; load ${os.loadavg()[0]?.toFixed(1)} on ${os.cpus().length} cores
${table(head, rows)}
${missed.length === 0 ? 'every goal is met' : `${missed.length} goals are missed`}`)
  for (const line of missed) console.log(`\n${line}`)
  console.log(await exportAll())
}

/** The whole trail as an operator takes it, and how much memory that held at most beyond what was there before. */
async function exportAll(): Promise<string> {
  const before = process.memoryUsage().rss
  let most = before
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 100)
  const sinceMs = performance.now()
  const told = await runFor('pages', () => drain(exportLog({ operator: true, merchantId: '' }, {}, {})))
  clearInterval(watch)
  const seconds = (performance.now() - sinceMs) / 1000
  return `\nexport of the whole trail: ${count(told.lines)} lines, ${(told.bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(0)} s, ${((most - before) / 1e6).toFixed(0)} MB of memory at most beyond the ${(before / 1e6).toFixed(0)} MB before`
}

type Measured = {
  task: string
  statements: number
  ms: number
  firstMs: number
  rows: number
  worst: Statement | undefined
}

async function run(): Promise<void> {
  await closeDb()
  await tellStatements(postgres.url, false)
  const measured: Measured[] = []
  const settling = { ms: 0, runs: 0 }
  for (const name of Object.keys(tasks) as TaskName[]) {
    if (slow.includes(name)) continue
    // The first run of the one that settles is the one with everything due: it is part of the settling.
    if (name === 'settle-channels') Object.assign(settling, await settleAll())
    const all: Measured[] = []
    while (all.length < runs) all.push(sum(name, await runOnce(name)))
    const [first] = all
    const median = all.toSorted((one, other) => one.ms - other.ms)[Math.floor(runs / 2)]
    if (first && median) measured.push({ ...median, firstMs: first.ms })
  }
  for (const name of slow) measured.push(sum(`${name} (nightly)`, await runOnce(name)))
  print(measured)
  const left = await unsettled()
  const isQuick = settling.ms < goal.settleMs
  console.log(`
${count(scale.due)} due channels settled and booked with ${(settling.ms / 1000).toFixed(2)} s of the database in ${settling.runs} runs of the tasks (goal: ${goal.settleMs / 1000} s): ${isQuick ? 'reached' : 'MISSED'}
due channels left: ${left}`)
}

function runOnce(name: TaskName): Promise<Statement[]> {
  const { budgetMs, run: work } = tasks[name]
  return recordStatements(() => work(createCtx({ kind: 'system', id: `job:${name}` }), budgetMs))
}

/** Runs the worker's tasks until nothing that was due is left. */
async function settleAll(): Promise<{ ms: number; runs: number }> {
  const chain: TaskName[] = ['settle-channels', 'submit-transactions', 'track-transactions', 'apply-settlements']
  let ms = 0
  let passes = 0
  for (const untilMs = performance.now() + 180_000; (await unsettled()) > 0 && performance.now() < untilMs;) {
    for (const name of chain) {
      ms += sum(name, await runOnce(name)).ms
      passes += 1
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  return { ms, runs: passes }
}

async function unsettled(): Promise<number> {
  const [row] = await db.query<{ left: number }>(sql`
    SELECT count(*)::int AS left FROM channel
    WHERE status = 'open' AND (settlement_id IS NOT NULL OR (is_unsettled AND last_settled_at < now() - interval '1 hour'))`)
  return row?.left ?? 0
}

function sum(task: string, statements: readonly Statement[]): Measured {
  return {
    task,
    statements: statements.length,
    ms: statements.reduce((all, { durationMs }) => all + durationMs, 0),
    rows: statements.flatMap(({ scans }) => scans).reduce((all, { rows }) => all + rows, 0),
    firstMs: 0,
    worst: statements.toSorted((one, other) => other.durationMs - one.durationMs)[0],
  }
}

function print(measured: readonly Measured[]): void {
  const head = ['task', 'statements', 'ms', 'first ms', 'slowest ms', 'rows looked at', '']
  const rows = measured.map(({ task, statements, ms, firstMs, worst, rows: seen }) => [
    task,
    count(statements),
    ms.toFixed(1),
    firstMs.toFixed(1),
    (worst?.durationMs ?? 0).toFixed(1),
    count(seen),
    ms <= goal.runMs || task.includes('nightly') ? '' : `over ${goal.runMs} ms`,
  ])
  console.log(`
${count(scale.payments)} payments, ${count(scale.transactions)} transactions, ${count(scale.channels)} channels, ${count(scale.open)} open; the median of ${runs} runs, and the first
${table(head, rows)}`)
  for (const { task, ms, worst } of measured)
    if (ms > goal.runMs && worst)
      console.log(`\n${task}: ${worst.text.replaceAll(/\s+/g, ' ').slice(0, 600)}\n${JSON.stringify(worst.scans)}`)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ')
  return [head, ...rows].map(line).join('\n')
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en')
}
