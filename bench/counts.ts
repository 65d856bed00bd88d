import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { Mppx, tempo } from 'mppx/client'
import { createClient, http } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { tempoLocalnet } from 'viem/chains'
import { countStatements } from '../sandbox/count-statements'
import { evmNetwork, fundGas, fundUsdc, startEvm } from '../sandbox/evm'
import { migrate } from '../sandbox/migrate'
import { removePostgres, startPostgres } from '../sandbox/postgres'
import { fundPathUsd, startTempo, tempoNetwork } from '../sandbox/tempo'
import { startChainProxy } from '../sandbox/testing/chain-proxy'
import { startUpstream } from '../sandbox/upstream'
import { report, type Row } from './report'

/**
 * SQL statements and RPC calls of one paid request. Everything is counted: BEGIN and COMMIT, periodic statements, and each poll for a
 * receipt. The mean of twenty requests, one after the other, without background tasks.
 *
 *   npm run bench:counts -- [--requests 20]
 */
const { values } = parseArgs({ options: { requests: { type: 'string', default: '20' } } })
const requests = Number(values.requests)
const root = path.dirname(import.meta.dirname)
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-counts-'))
fs.chmodSync(dataDir, 0o755)
const statements = countStatements()
const postgres = await startPostgres({ dataDir: path.join(dataDir, 'cluster') })
const upstream = await startUpstream({})
const [evm, tempoChain] = await Promise.all([
  startEvm({ cacheDir: dataDir, logFile: path.join(dataDir, 'evm.log') }),
  startTempo({ cacheDir: dataDir, logFile: path.join(dataDir, 'tempo.log') }),
])
const [evmProxy, tempoProxy] = await Promise.all([startChainProxy(evm.url), startChainProxy(tempoChain.url)])
try {
  await run()
} finally {
  await Promise.all([evmProxy.stop(), tempoProxy.stop(), upstream.stop()])
  await Promise.all([evm.stop(), tempoChain.stop()])
  await postgres.stop()
  removePostgres(path.join(dataDir, 'cluster'))
  fs.rmSync(dataDir, { recursive: true, force: true })
}
process.exit(0)

async function run(): Promise<void> {
  const throwAway = 'a-throw-away-secret-of-32-bytes-or-more'
  const key = generatePrivateKey()
  Object.assign(process.env, {
    DATABASE_URL: postgres.url,
    PUBLIC_URL: 'http://sluice.test',
    CHALLENGE_SECRET: throwAway,
    ENCRYPTION_SECRET: throwAway,
    CRON_SECRET: throwAway,
    AUDIT_PRIVATE_KEY: key.slice(2),
    SETTLEMENT_PRIVATE_KEY: key,
    UPSTREAM_ALLOW: `127.0.0.1:${upstream.port}`,
    NETWORKS: JSON.stringify({
      [evmNetwork]: { rpcUrls: [evmProxy.url] },
      [tempoNetwork]: { rpcUrls: [tempoProxy.url] },
    }),
    LOG_LEVEL: 'error',
  })
  await migrate(root, postgres.url)
  // Each of these reads the environment.
  const [{ createCtx }, { closeDb, endHeartbeat }, { ensureSigners }, { handle }, { openShop, signFor }] =
    await Promise.all([
      import('@/lib/ctx'),
      import('@/lib/db'),
      import('@/lib/execution'),
      import('@/lib/gateway'),
      import('../sandbox/testing/shop-fixture'),
    ])
  const { address } = privateKeyToAccount(key)
  await fundGas(evm, address, 10n ** 20n)
  await fundPathUsd(tempoChain, address, 1_000_000_000n)
  await openShop(upstream.baseUrl, address)
  await ensureSigners(createCtx({ kind: 'system', id: 'bench' }))
  const url = 'http://sluice.test/gateway/acme/fortune'
  const ask: typeof fetch = (input, init) => handle(new Request(input, init))
  const assertPaid = async (answer: Response) => {
    if (answer.status !== 200) throw new Error(`a paid request was answered ${answer.status}: ${await answer.text()}`)
    await answer.text()
  }

  const payer = privateKeyToAccount(generatePrivateKey())
  await fundUsdc(evm, payer.address, 10n ** 12n)
  await fundPathUsd(tempoChain, payer.address, 1_000_000_000n)
  const client = createClient({ account: payer, chain: tempoLocalnet, transport: http(tempoChain.url) })
  const mppx = Mppx.create({
    polyfill: false,
    fetch: ask,
    methods: [tempo.charge({ account: payer, getClient: () => client })],
  })
  const lone = await count(evmProxy, async () => {
    const credential = await signFor(await ask(url), payer)
    return async () => assertPaid(await ask(url, { headers: { 'payment-signature': credential } }))
  })
  const charge = await count(tempoProxy, async () => async () => assertPaid(await mppx.fetch(url)))
  const rows: Row[] = [
    { row: 'SQL for a lone x402 payment', now: lone.statements, goal: 12 },
    { row: 'RPC for a lone x402 payment', now: lone.calls, goal: 5 },
    { row: 'SQL for an MPP charge on Tempo', now: charge.statements, goal: 12 },
    { row: 'RPC for an MPP charge on Tempo', now: charge.calls, goal: 8 },
  ]
  report(rows)
  console.table(rows)
  await endHeartbeat()
  await closeDb()
}

/** `prepare` makes a request, which is then counted. */
async function count(
  proxy: { calls: { method: string }[] },
  prepare: () => Promise<() => Promise<void>>,
): Promise<{ statements: number; calls: number }> {
  // The first ones learn what is kept.
  for (let n = 0; n < 3; n++) await (await prepare())()
  let [inStatements, inCalls] = [0, 0]
  for (let n = 0; n < requests; n++) {
    const send = await prepare()
    const [before, from] = [statements.count, proxy.calls.length]
    await send()
    inStatements += statements.count - before
    inCalls += proxy.calls.length - from
  }
  return { statements: inStatements / requests, calls: inCalls / requests }
}
