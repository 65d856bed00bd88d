import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { Agent, request } from 'undici'
import type { Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { recoverPublicKey } from '@/lib/chains'
import { curve } from '@/lib/chains/signature'
import { echoOf, openSession, voucher, type SessionAgent } from '../sandbox/testing/session-client'
import { report, type Row } from './report'
import { startStack, type Server } from './voucher-stack'

/**
 * Voucher requests of Sluice's production build on PostgreSQL with fsync, beside mppx's session server with its memory store in
 * a plain Node process: one machine, one chain, one upstream, one load generator, one run. Vouchers are signed before the clock
 * starts. Each channel is a client that sends one request after the other; "paced" offers half of the rate that was reached.
 *
 *   npm run bench:vouchers -- [--seconds 10] [--channels 1,16,64]
 */
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, channels: { type: 'string', default: '1,16,64' } },
})
const seconds = Number(values.seconds)
const levels = values.channels.split(',').map(Number)
/** Vouchers signed per second of a level; a level ends early when they run out. */
const rateMax = { sluice: 2_500, mppx: 150 }
const unitBase = 1_000n
const goals: Readonly<Record<number, number>> = { 1: 4, 16: 15, 64: 25 }
/** The same load, unmeasured, before each measurement: both servers are compiled by then. */
const warmUpSeconds = seconds

/** A channel and the highest cumulative amount that was signed on it. */
type Channel = { agent: SessionAgent; cumulativeBase: bigint }
type Measured = {
  ok: number
  failed: Record<string, number>
  seconds: number
  latencies: number[]
  cpuMs: number
  rssMb: number
}

const agent = new Agent({ connections: 256, keepAliveTimeout: 30_000 })
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-vouchers-'))
fs.chmodSync(dataDir, 0o755)
const stack = await startStack(dataDir)
try {
  await run()
} finally {
  await stack.stop()
  fs.rmSync(dataDir, { recursive: true, force: true })
}
process.exit(0)

async function run(): Promise<void> {
  const most = Math.max(...levels)
  const rows: string[][] = []
  const opened = { mppx: [] as Channel[], sluice: [] as Channel[] }
  for (const name of ['mppx', 'sluice'] as const) opened[name] = await openChannels(stack[name], most)
  const reached: Record<string, number> = {}
  const found: Row[] = []
  let last: Measured | undefined
  for (const count of levels) {
    for (const name of ['mppx', 'sluice'] as const) {
      const measured = await level(stack[name], opened[name].slice(0, count), rateMax[name] * seconds)
      reached[name] = measured.ok / measured.seconds
      rows.push(row(count, stack[name].name, measured, reached[name] / (reached.mppx ?? 1)))
      last = measured
    }
    const [now = 0, peer = 1] = [reached.sluice, reached.mppx]
    found.push({ row: `vouchers/s at ${count} channels, of mppx`, now, peer, goal: goals[count] ?? 1, atLeast: true })
  }
  const half = (reached.sluice ?? 0) / 2
  const paced = await level(stack.sluice, opened.sluice.slice(0, most), Math.ceil(half * seconds), half)
  rows.push(row(most, `Sluice, paced at ${half.toFixed(0)}/s`, paced, undefined))
  print(rows)
  limits()
  const p99 = paced.latencies[Math.floor(paced.latencies.length * 0.99)] ?? Number.NaN
  report([
    ...found,
    { row: `vouchers: p99 ms at half load, ${most} channels`, now: p99, goal: 25 },
    ...(last ? [{ row: `CPU ms for each voucher at ${most} channels`, now: last.cpuMs / last.ok, goal: 0.6 }] : []),
  ])
}

/** Signs, warms up, measures. */
async function level(server: Server, channels: readonly Channel[], count: number, pace?: number): Promise<Measured> {
  process.stderr.write(`${server.name}, ${channels.length} channels: signing ${count} vouchers\n`)
  const [first] = channels
  if (!first) throw new Error('a level needs a channel')
  const challenge = await echoOf(server.url, stack.rpcUrl, first.agent)
  const each = Math.ceil((count * (seconds + warmUpSeconds)) / seconds / channels.length)
  const queues = channels.map((channel) => Array.from({ length: each }, () => next(channel, challenge)))
  await drive(server, queues, warmUpSeconds, pace)
  return drive(server, queues, seconds, pace)
}

async function drive(
  server: Server,
  queues: readonly string[][],
  secondsMax: number,
  pace?: number,
): Promise<Measured> {
  const latencies: number[] = []
  const failed: Record<string, number> = {}
  const cpuBefore = cpuMs(server.pid)
  const startedMs = performance.now()
  const endMs = startedMs + secondsMax * 1000
  const everyMs = pace === undefined ? 0 : (1000 * queues.length) / pace
  const loop = async (queue: string[], index: number) => {
    for (let sent = 0; performance.now() < endMs; sent++) {
      // A paced client sends on the beat, and its latency counts from the beat.
      const beatMs = startedMs + (index / queues.length + sent) * everyMs
      if (pace !== undefined)
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, beatMs - performance.now())))
      const credential = queue.shift()
      if (credential === undefined) return
      const sentMs = pace === undefined ? performance.now() : beatMs
      const { statusCode, body } = await request(server.url, {
        dispatcher: agent,
        headers: { authorization: credential },
      })
      await body.dump({ limit: 1024 * 1024 })
      if (statusCode === 200) latencies.push(performance.now() - sentMs)
      else failed[statusCode] = (failed[statusCode] ?? 0) + 1
    }
  }
  await Promise.all(queues.map(loop))
  const took = (performance.now() - startedMs) / 1000
  latencies.sort((one, other) => one - other)
  return {
    ok: latencies.length,
    failed,
    seconds: took,
    latencies,
    cpuMs: cpuMs(server.pid) - cpuBefore,
    rssMb: rssMb(server.pid),
  }
}

/** Opens channels as mppx's client does, each by a payer of its own. */
async function openChannels(server: Server, count: number): Promise<Channel[]> {
  const channels: Channel[] = []
  for (let index = 0; index < count; index++) {
    const key = generatePrivateKey()
    await stack.fund(privateKeyToAccount(key).address)
    const agent = await openSession(server.url, stack.rpcUrl, key)
    channels.push({ agent, cumulativeBase: agent.openedBase })
    if (index % 16 === 15) process.stderr.write(`${server.name}: ${index + 1} channels open\n`)
  }
  return channels
}

function next(channel: Channel, challenge: unknown): string {
  channel.cumulativeBase += unitBase
  return voucher({ ...channel.agent, challenge }, channel.cumulativeBase)
}

/** Processor time that a process has used, by the kernel's count. */
function cpuMs(pid: number): number {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function rssMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
}

function row(channels: number, name: string, measured: Measured, ratio: number | undefined): string[] {
  const { ok, failed, latencies, cpuMs: cpu, rssMb: rss } = measured
  const at = (part: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? Number.NaN
  return [
    String(channels),
    name,
    (ok / measured.seconds).toFixed(1),
    ratio === undefined ? '' : `${ratio.toFixed(1)}x`,
    at(0.5).toFixed(1),
    at(0.99).toFixed(1),
    (cpu / ok).toFixed(2),
    rss.toFixed(0),
    JSON.stringify(failed),
  ]
}

function print(rows: readonly string[][]): void {
  const head = ['channels', 'server', 'vouchers/s', 'ratio', 'p50 ms', 'p99 ms', 'CPU ms/voucher', 'RSS MB', 'not 200']
  console.log(`| ${head.join(' | ')} |\n| ${head.map(() => '---').join(' | ')} |`)
  for (const cells of rows) console.log(`| ${cells.join(' | ')} |`)
}

/** The upper limits: signatures alone on one core, and single durable commits of the same database. */
function limits(): void {
  const digest = randomBytes(32)
  const { compact, recoveryId } = curve.sign(digest, randomBytes(32))
  const signature: Hex = `0x${Buffer.from(compact).toString('hex')}${(27 + recoveryId).toString(16)}`
  const count = 10_000
  const startedMs = performance.now()
  for (let index = 0; index < count; index++) recoverPublicKey(digest, signature)
  const verified = (1000 * count) / (performance.now() - startedMs)
  console.log(`\nsignatures alone, one core: ${verified.toFixed(0)}/s (${curve.name})`)
  console.log(`single durable commits, one connection: ${commitRate().toFixed(0)}/s`)
  const [one, five] = os.loadavg().map((load) => load.toFixed(2))
  console.log(
    `${os.cpus().length} cores (${os.cpus()[0]?.model}), Node ${process.version}, load ${one} (1 min) ${five} (5 min)`,
  )
}

function commitRate(): number {
  const script = `
    import pg from 'pg'
    const client = new pg.Client({ connectionString: process.argv[1] })
    await client.connect()
    await client.query('CREATE TABLE IF NOT EXISTS bench_commit (n int)')
    const endMs = Date.now() + 3000
    let count = 0
    while (Date.now() < endMs) { await client.query('INSERT INTO bench_commit VALUES (1)'); count++ }
    console.log(count / 3)
    await client.end()`
  const args = ['--input-type=module', '-e', script, stack.databaseUrl]
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }))
}
