import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { BaseError, keccak256, toHex, type Address, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { createCtx } from '@/lib/ctx'
import { closeDb, db, endHeartbeat, sql, withTransaction } from '@/lib/db'
import { awaitOutcome, enqueueTransaction, ensureSigners, submitNow } from '@/lib/execution'
import { startLoop } from '@/lib/jobs'
import { countStatements } from '../sandbox/count-statements'
import { counter } from '../sandbox/counter'
import { evmNetwork } from '../sandbox/evm'
import { migrate } from '../sandbox/migrate'
import { removePostgres, startPostgres } from '../sandbox/postgres'
import { calmWei, effectData, startChain, type Asked, type Judged } from './execution-chain'
import { managed, plain, type Sender } from './execution-peers'
import { report } from './report'

/**
 * Transactions of one signer through Sluice (a real PostgreSQL, every background task running), beside viem's
 * `sendTransaction` + `waitForTransactionReceipt`, one at a time, and viem's nonce manager over `fallback`, many at a time. One
 * machine, one chain with geth's pool rules, three providers; calm, and with faults: the base fee rises tenfold when a third
 * was asked for, 5 % of all replies are lost, and the second provider lies (nonces too high, sends confirmed and dropped).
 * `--count` must be over three times `--at-once`, or nothing is ever sent in calm.
 *
 *   npm run bench:execution -- [--count 300] [--plain 60] [--at-once 64] [--block 500] [--deadline 180]
 *   npm run bench:execution -- --queue [--deadline 600]      1,000 on one signer and 500 on each of ten, Sluice only
 */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '300' },
    plain: { type: 'string', default: '60' },
    'at-once': { type: 'string', default: '64' },
    block: { type: 'string', default: '500' },
    deadline: { type: 'string', default: '180' },
    queue: { type: 'boolean', default: false },
  },
})
const count = Number(values.count)
const atOnce = Number(values['at-once'])
const deadlineMs = Number(values.deadline) * 1000
const inFlightMax = 256
const lanes = values.queue ? 10 : 1

const root = path.dirname(import.meta.dirname)
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-execution-'))
fs.chmodSync(dataDir, 0o755)
const ctx = createCtx({ kind: 'system', id: 'bench' })
const keys = Array.from({ length: lanes }, generatePrivateKey)
const signers = keys.map((key) => privateKeyToAccount(key).address)
const statements = countStatements()
let runs = 0
const postgres = await startPostgres({ dataDir: path.join(dataDir, 'cluster') })
const chain = await startChain(dataDir, Number(values.block))
try {
  await prepare()
  await (values.queue ? queue() : compare())
} finally {
  await endHeartbeat().catch(() => undefined)
  await closeDb()
  await chain.stop()
  await postgres.stop()
  removePostgres(path.join(dataDir, 'cluster'))
  fs.rmSync(dataDir, { recursive: true, force: true })
}
process.exit(0)

async function prepare(): Promise<void> {
  const throwAway = 'a-throw-away-secret-of-32-bytes-or-more'
  Object.assign(process.env, {
    DATABASE_URL: postgres.url,
    PUBLIC_URL: 'http://bench.test',
    CHALLENGE_SECRET: throwAway,
    ENCRYPTION_SECRET: throwAway,
    CRON_SECRET: throwAway,
    AUDIT_PRIVATE_KEY: generatePrivateKey().slice(2),
    NETWORKS: JSON.stringify({ [evmNetwork]: { rpcUrls: chain.network.urls } }),
    SETTLEMENT_PRIVATE_KEY: generatePrivateKey(),
    SIGNERS: JSON.stringify(keys.map((privateKey) => ({ purpose: 'execution', kind: 'env', privateKey, inFlightMax }))),
    LOG_LEVEL: 'silent',
  })
  await migrate(root, postgres.url)
  await chain.fund(signers)
  await ensureSigners(ctx)
}

/** The caller waits for the inclusion, as viem's callers do; or the call is only queued, and the background tasks send it. */
function sluice(signer: Address, isAwaited: boolean): Sender {
  return async (intentId) => {
    const { id } = await withTransaction((tx) =>
      enqueueTransaction(tx, ctx, {
        ...{ kind: 'call', network: evmNetwork, purpose: 'execution', signer },
        ...{ to: counter, data: effectData(intentId), value: 0n },
      }),
    )
    if (!isAwaited) return
    void submitNow(ctx, id)
    await awaitOutcome(id, deadlineMs)
  }
}

type Result = Judged & { name: string; asked: number; rpcCalls: number; statements: number }

async function compare(): Promise<void> {
  for (const isFaulty of [false, true]) {
    const results: Result[] = []
    for (const [name, make, asked, parallel] of [
      ['viem, one at a time', plain, Number(values.plain), 1],
      ['viem nonceManager', managed, count, atOnce],
    ] as const) {
      const key = generatePrivateKey()
      await chain.fund([privateKeyToAccount(key).address])
      const send = make(chain.network.urls, key)
      await warmUp(send)
      results.push(await run(name, send, { asked, parallel, isFaulty }))
    }
    const loop = startLoop()
    const send = sluice(signers[0] ?? '0x', true)
    await warmUp(send)
    results.push(await run('Sluice', send, { asked: count, parallel: atOnce, isFaulty }, allEnded))
    await loop.stop()
    print(isFaulty ? 'with faults' : 'calm', results)
    tell(isFaulty, results)
  }
}

/** Rows of `npm run bench`. In calm the fastest peer counts; under faults the share that lands counts. */
function tell(isFaulty: boolean, results: readonly Result[]): void {
  const rate = ({ latencies, seconds }: Result) => (seconds > 0 ? latencies.length / seconds : 0)
  const share = ({ latencies, asked }: Result) => (100 * latencies.length) / asked
  const ours = results.find(({ name }) => name === 'Sluice')
  const peer = results.find(({ name }) => name === 'viem nonceManager')
  if (!ours || !peer) return
  const landed = Math.max(1, ours.latencies.length)
  if (isFaulty) {
    report([
      {
        row: `executions landed under faults, % (viem's nonce manager: ${share(peer).toFixed(0)})`,
        now: share(ours),
        goal: 100,
        atLeast: true,
      },
    ])
    return
  }
  const at = `at ${atOnce} at once`
  report([
    { row: `executions/s ${at}, of viem's nonce manager`, now: rate(ours), peer: rate(peer), goal: 1.2, atLeast: true },
    { row: `SQL for each execution ${at}`, now: ours.statements / landed, goal: 20 },
    { row: `RPC for each execution ${at}`, now: ours.rpcCalls / landed, goal: 5 },
  ])
}

/** Runs what a process does only once before the clock starts, for each sender alike. */
async function warmUp(send: Sender): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await send(keccak256(toHex(`warm ${++runs}`)))
}

/** The two long queues of Sluice. */
async function queue(): Promise<void> {
  const loop = startLoop()
  const options = { parallel: 16, isFaulty: false }
  const one = sluice(signers[0] ?? '0x', false)
  print('queued at once', [await run('1 signer, 1,000', one, { ...options, asked: 1_000 }, allEnded)])
  const all = signers.map((signer) => sluice(signer, false))
  let turn = 0
  const spread: Sender = (intentId) => (all[turn++ % all.length] ?? one)(intentId)
  print('queued at once', [await run('10 signers, 500 each', spread, { ...options, asked: 5_000 }, allEnded)])
  await loop.stop()
}

type Options = { asked: number; parallel: number; isFaulty: boolean }

/** Asks for everything, waits until the sender believes that it is done, and reads the blocks. */
async function run(
  name: string,
  send: Sender,
  { asked: total, parallel, isFaulty }: Options,
  settled: () => Promise<boolean> = async () => true,
): Promise<Result> {
  process.stderr.write(`${name}: ${total} transactions ${isFaulty ? 'with faults' : 'in calm'}\n`)
  const fromBlock = (await chain.blockNumber()) + 1n
  const before = { rpcCalls: chain.calls(), statements: statements.count }
  const asked = new Map<Hex, Asked>()
  const endsAtMs = performance.now() + deadlineMs
  const isOver = () => performance.now() > endsAtMs
  const runId = ++runs
  const failures = new Map<string, number>()
  const note = (error: unknown) => {
    const words = (error instanceof BaseError ? error.shortMessage : String(error)).replace(/0x[0-9a-f]+/g, '0x…')
    failures.set(words, (failures.get(words) ?? 0) + 1)
  }
  if (isFaulty) breakProviders()
  const worker = async () => {
    while (asked.size < total && !isOver()) {
      const intentId = keccak256(toHex(`${runId} ${asked.size}`))
      asked.set(intentId, { atMs: performance.now() })
      if (isFaulty && asked.size === Math.ceil(total / 3)) chain.setBaseFee(10n * calmWei)
      await send(intentId).catch(note)
    }
  }
  const work = Promise.all(Array.from({ length: Math.min(parallel, total) }, worker))
  await Promise.race([work, new Promise((resolve) => setTimeout(resolve, deadlineMs))])
  while (!isOver() && !(await settled())) await new Promise((resolve) => setTimeout(resolve, 100))
  const used = { rpcCalls: chain.calls() - before.rpcCalls, statements: statements.count - before.statements }
  for (const [words, times] of failures) process.stderr.write(`  ${times} times: ${words}\n`)
  chain.network.heal()
  chain.setBaseFee(calmWei)
  return { ...(await chain.judge(fromBlock, asked)), ...used, name, asked: total }
}

function breakProviders(): void {
  for (const provider of chain.network.providers) provider.break({ fault: { kind: 'lost-reply' }, probability: 0.05 })
  const liar = chain.network.provider(1)
  liar.break({ fault: { kind: 'nonce', by: 5 } })
  liar.break({ fault: { kind: 'black-hole' } })
}

/** Nothing of Sluice's is on its way any more. A database that is too busy to say so is asked again. */
async function allEnded(): Promise<boolean> {
  const rows = await db
    .query<{ open: bigint }>(
      sql`SELECT count(*) AS open FROM transaction WHERE status IN ('queued', 'held', 'signed', 'submitted')`,
    )
    .catch(() => [])
  return rows[0]?.open === 0n
}

function print(title: string, results: readonly Result[]): void {
  const gwei = (wei: bigint) => (Number(wei) / 1e9).toFixed(0)
  const seconds = (latencies: readonly number[], share: number) =>
    latencies.length === 0
      ? '-'
      : ((latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0) / 1000).toFixed(2)
  const rows = results.map(({ latencies, ...result }) => ({
    [title]: result.name,
    asked: result.asked,
    landed: latencies.length,
    lost: result.asked - latencies.length,
    doubled: result.doubled,
    'in order': result.isOrdered,
    'tx/s': result.seconds > 0 ? (latencies.length / result.seconds).toFixed(1) : '-',
    'p50 s': seconds(latencies, 0.5),
    'p95 s': seconds(latencies, 0.95),
    'p99 s': seconds(latencies, 0.99),
    'RPC/tx': (result.rpcCalls / Math.max(1, latencies.length)).toFixed(1),
    'SQL/tx': (result.statements / Math.max(1, latencies.length)).toFixed(1),
    'overpaid gwei': gwei(result.overpaidWei),
    'paid gwei': gwei(result.paidWei),
  }))
  const [first] = rows
  if (!first) return
  const names = Object.keys(first)
  const cells = [names, ...rows.map((row) => names.map((name) => String(row[name as keyof typeof row])))]
  const widths = names.map((_, at) => Math.max(...cells.map((line) => (line[at] ?? '').length)))
  for (const line of cells)
    console.log(
      line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '),
    )
  console.log('')
}
