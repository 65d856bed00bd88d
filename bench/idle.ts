import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { seed } from '../sandbox/seed/seed'
import { evmNetwork, fundGas, startEvm } from '../sandbox/evm'
import { migrate } from '../sandbox/migrate'
import { removePostgres, startPostgres } from '../sandbox/postgres'
import { fundPathUsd, startTempo, tempoNetwork } from '../sandbox/tempo'
import { startChainProxy } from '../sandbox/testing/chain-proxy'
import type { Used } from './idle-process'
import { report, type Row } from './report'

/**
 * What an installation with the demo's merchants and two networks uses while no agent buys: one process with the gateway, the facilitator
 * and every background task (server.ts without its pages). Statements are counted where they leave it, BEGIN and COMMIT too; RPC calls by
 * a proxy before each chain, whose blocks come on their own beat; CPU by the process itself.
 *
 *   npm run bench:idle -- [--seconds 60] [--settle 20]
 */

type Idle = {
  statementsPerSecond: number
  rpcPerDay: number
  cpuShare: number
  methods: Record<string, number>
  texts: string[]
}

/** @param seconds how long it is watched, @param settleSeconds how long it is given first, for what belongs to its start. */
async function measureIdle(seconds: number, settleSeconds: number): Promise<Idle> {
  const root = path.dirname(import.meta.dirname)
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-idle-'))
  fs.chmodSync(dataDir, 0o755)
  const postgres = await startPostgres({ dataDir: path.join(dataDir, 'cluster') })
  const chains = await Promise.all([
    startEvm({ cacheDir: dataDir, logFile: path.join(dataDir, 'evm.log') }),
    startTempo({ cacheDir: dataDir, logFile: path.join(dataDir, 'tempo.log') }),
  ])
  const [evm, tempo] = chains
  const proxies = await Promise.all(chains.map(({ url }) => startChainProxy(url)))
  let child: ChildProcess | undefined
  try {
    const key = generatePrivateKey()
    const { address } = privateKeyToAccount(key)
    await migrate(root, postgres.url)
    await fundGas(evm, address, 10n ** 20n)
    await fundPathUsd(tempo, address, 1_000_000_000n)
    await seed({
      databaseUrl: postgres.url,
      upstreamUrl: 'http://127.0.0.1:9',
      payTo: { [evmNetwork]: address, [tempoNetwork]: address },
      operator: address,
    })
    await watchGas(postgres.url)
    child = fork(path.join(import.meta.dirname, 'idle-process.ts'), {
      execArgv: ['--import', 'tsx'],
      env: {
        ...process.env,
        ...environment(key),
        DATABASE_URL: postgres.url,
        NETWORKS: JSON.stringify({
          [evmNetwork]: { rpcUrls: [proxies[0]?.url] },
          [tempoNetwork]: { rpcUrls: [proxies[1]?.url] },
        }),
      },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    })
    await once(child.stdout ?? child, 'data')
    await pause(settleSeconds)
    const before = await usedBy(child)
    for (const { calls } of proxies) calls.length = 0
    const startedMs = performance.now()
    await pause(seconds)
    const after = await usedBy(child)
    const passed = (performance.now() - startedMs) / 1000
    const methods: Record<string, number> = {}
    for (const [at, { calls }] of proxies.entries())
      for (const { method } of calls) {
        const name = `${at === 0 ? evmNetwork : tempoNetwork} ${method}`
        methods[name] = (methods[name] ?? 0) + 86_400 / passed
      }
    return {
      statementsPerSecond: (after.statements - before.statements) / passed,
      rpcPerDay: Math.round(Object.values(methods).reduce((sum, count) => sum + count, 0)),
      cpuShare: (after.cpuMicros - before.cpuMicros) / 1e6 / passed,
      methods,
      texts: after.texts,
    }
  } finally {
    child?.disconnect()
    for (const proxy of proxies) await proxy.stop()
    await Promise.all(chains.map((chain) => chain.stop()))
    await postgres.stop()
    removePostgres(path.join(dataDir, 'cluster'))
    fs.rmSync(dataDir, { recursive: true, force: true })
  }
}

function toRows({ statementsPerSecond, rpcPerDay, cpuShare }: Idle): Row[] {
  return [
    { row: 'idle, two networks: SQL/s', now: round(statementsPerSecond), goal: 10 },
    { row: 'idle, two networks: RPC/day', now: rpcPerDay, goal: 50_000 },
    { row: 'idle, two networks: CPU, % of a core', now: round(cpuShare * 100), goal: 1 },
  ]
}

/** As operators have: a word when a signer runs out of gas, when something is held, and when an endpoint is lost. */
async function watchGas(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const rules = [
    ...[evmNetwork, tempoNetwork].map((network) => ['gas', { network, belowBase: '1000000' }]),
    ['held', { minutes: 5 }],
    ['endpoint', {}],
  ] as const
  for (const [kind, params] of rules)
    await client.query(
      `INSERT INTO alert_rule (id, merchant_id, kind, params, created_by, operator)
       SELECT gen_random_uuid(), id, $1, $2, 'bench', true FROM merchant LIMIT 1`,
      [kind, params],
    )
  await client.end()
}

function environment(key: string): Record<string, string> {
  const throwAway = 'a-throw-away-secret-of-32-bytes-or-more'
  return {
    PUBLIC_URL: 'http://bench.test',
    CHALLENGE_SECRET: throwAway,
    ENCRYPTION_SECRET: throwAway,
    CRON_SECRET: throwAway,
    AUDIT_PRIVATE_KEY: key.slice(2),
    SETTLEMENT_PRIVATE_KEY: key,
    JOBS: 'in-process',
    LOG_LEVEL: 'warn',
  }
}

async function usedBy(child: ChildProcess): Promise<Used> {
  const answer = once(child, 'message') as Promise<[Used]>
  child.send('how much')
  return (await answer)[0]
}

const pause = (seconds: number) => new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000))
const round = (value: number) => Math.round(value * 10) / 10

function printMost(title: string, counts: ReadonlyMap<string, number>): void {
  console.log(`\n${title}`)
  for (const [what, count] of [...counts].sort(([, one], [, other]) => other - one).slice(0, 25))
    console.log(`${String(Math.round(count)).padStart(8)}  ${what}`)
}

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, settle: { type: 'string', default: '20' } },
})
const idle = await measureIdle(Number(values.seconds), Number(values.settle))
report(toRows(idle))
console.table(toRows(idle))
printMost('RPC calls a day', new Map(Object.entries(idle.methods)))
const texts = new Map<string, number>()
for (const text of idle.texts) {
  const words = text.replace(/\s+/g, ' ').trim().slice(0, 110)
  texts.set(words, (texts.get(words) ?? 0) + 1)
}
printMost(`Statements in ${values.seconds} s`, texts)
process.exit(0)
