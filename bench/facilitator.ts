import { fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { HTTPFacilitatorClient } from '@x402/core/server'
import { x402Client } from '@x402/core/client'
import { decodePaymentRequiredHeader, encodePaymentSignatureHeader } from '@x402/core/http'
import { ExactEvmScheme as ExactEvmClient } from '@x402/evm/exact/client'
import { ExactEvmScheme as ExactEvmServer } from '@x402/evm/exact/server'
import { paymentMiddleware, x402ResourceServer } from '@x402/express'
import express from 'express'
import pg from 'pg'
import { Agent, request } from 'undici'
import type { Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import type { Anvil } from '../sandbox/anvil'
import { evmNetwork, fundGas, fundUsdc, startEvm, tokenBalance, usdc } from '../sandbox/evm'
import { migrate } from '../sandbox/migrate'
import { removePostgres, startPostgres } from '../sandbox/postgres'
import { report } from './report'

/**
 * An unmodified @x402/express server that has its payments settled by Sluice's facilitator, by the reference facilitator as
 * the example of its repository wires it, and by the same with viem's nonce manager and quick polls, in one run: the same
 * server, the same payments, a chain each of the same kind. Credentials are signed before the clock starts; it stops when the
 * last answer is there, and answers come when the money has moved.
 *
 *   npm run bench:facilitator -- [--payments 500] [--clients 32] [--block-seconds 0]   (0: a block for every transaction)
 */
const { values } = parseArgs({
  options: {
    payments: { type: 'string', default: '500' },
    clients: { type: 'string', default: '32' },
    'block-seconds': { type: 'string', default: '0' },
  },
})
const payments = Number(values.payments)
const clients = Number(values.clients)
const blockSeconds = Number(values['block-seconds'])
const warmUp = 20
const priceBase = 10_000n

const names = ['example', 'reference', 'sluice'] as const
const titles = {
  example: 'reference, as in its example',
  reference: 'reference, with a nonce manager',
  sluice: 'Sluice',
}

const root = path.dirname(import.meta.dirname)
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-facilitator-'))
fs.chmodSync(dataDir, 0o755)
const agent = new Agent({ connections: clients, keepAliveTimeout: 30_000 })
const children: ChildProcess[] = []
const chains: Anvil[] = []
const postgres = await startPostgres({ dataDir: path.join(dataDir, 'cluster') })
try {
  await run()
} finally {
  for (const child of children) child.kill('SIGKILL')
  for (const chain of chains) await chain.stop()
  await postgres.stop()
  removePostgres(path.join(dataDir, 'cluster'))
  fs.rmSync(dataDir, { recursive: true, force: true })
}
process.exit(0)

type Measured = {
  answered: number
  settled: bigint
  seconds: number
  p50: number
  p99: number
  gas: bigint
  transactions: number
}

async function run(): Promise<void> {
  await migrate(root, postgres.url)
  const rows: Rows = {}
  for (const which of names) {
    const chain = await startEvm({ cacheDir: dataDir, logFile: path.join(dataDir, `${which}.log`) })
    chains.push(chain)
    const key = generatePrivateKey()
    const signer = privateKeyToAccount(key).address
    await fundGas(chain, signer, 10n ** 20n)
    const url = which === 'sluice' ? await startSluice(chain, key) : await start([which, chain.url, key], {})
    rows[which] = await measure(chain, signer, url)
  }
  print(rows)
}

async function startSluice(chain: Anvil, key: Hex): Promise<string> {
  const client = new pg.Client(postgres.url)
  await client.connect()
  await client.query(`INSERT INTO merchant (id, slug, name) VALUES ('${randomUUID()}', 'house', 'House')`)
  await client.end()
  const throwAway = 'a-throw-away-secret-of-32-bytes-or-more'
  return start(['sluice'], {
    DATABASE_URL: postgres.url,
    PUBLIC_URL: 'http://bench.test',
    CHALLENGE_SECRET: throwAway,
    ENCRYPTION_SECRET: throwAway,
    CRON_SECRET: throwAway,
    AUDIT_PRIVATE_KEY: key.slice(2),
    NETWORKS: JSON.stringify({ [evmNetwork]: { rpcUrls: [chain.url] } }),
    SETTLEMENT_PRIVATE_KEY: key,
    FACILITATOR_PUBLIC: 'house',
    SLUICE_DEMO: '1',
    LOG_LEVEL: 'error',
  })
}

async function start(args: readonly string[], env: Record<string, string>): Promise<string> {
  const child = fork(path.join(import.meta.dirname, 'facilitator-server.ts'), args, {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  children.push(child)
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim()))
    child.once('exit', () => reject(new Error('a facilitator did not start')))
  })
}

async function measure(chain: Anvil, signer: string, facilitatorUrl: string): Promise<Measured> {
  const payTo = privateKeyToAccount(generatePrivateKey()).address
  const resources = new x402ResourceServer(new HTTPFacilitatorClient({ url: facilitatorUrl })).register(
    evmNetwork,
    new ExactEvmServer(),
  )
  const accepts = { scheme: 'exact', network: evmNetwork, price: '$0.01', payTo } as const
  const app = express()
  app.use(paymentMiddleware({ 'GET /weather': { accepts, description: 'Weather' } }, resources))
  app.get('/weather', (_, response) => void response.json({ weather: 'fair' }))
  const shop = app.listen(0)
  try {
    const url = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/weather`
    const credentials = await sign(chain, url, payments + warmUp)
    if (blockSeconds > 0) {
      await chain.rpc('evm_setAutomine', [false])
      await chain.rpc('evm_setIntervalMining', [blockSeconds])
    }
    await load(url, credentials.splice(0, warmUp))
    const before = await tokenBalance(chain, usdc, payTo)
    const firstBlock = BigInt(await chain.rpc<Hex>('eth_blockNumber', [])) + 1n
    const loaded = await load(url, credentials)
    const settled = ((await tokenBalance(chain, usdc, payTo)) - before) / priceBase
    return { ...loaded, settled, ...(await spent(chain, signer, firstBlock)) }
  } finally {
    shop.closeAllConnections()
    await new Promise((resolve) => shop.close(resolve))
  }
}

/** Headers that pay for the URL, by the official client, from as many wallets as there are clients. */
async function sign(chain: Anvil, url: string, count: number): Promise<string[]> {
  const payers: PrivateKeyAccount[] = []
  while (payers.length < clients) {
    const payer = privateKeyToAccount(generatePrivateKey())
    await fundUsdc(chain, payer.address, 10n ** 12n)
    payers.push(payer)
  }
  const { headers } = await fetch(url)
  const required = decodePaymentRequiredHeader(headers.get('payment-required') ?? '')
  const signers = payers.map((payer) => new x402Client().register(evmNetwork, new ExactEvmClient(payer)))
  const made: string[] = []
  for (let at = 0; at < count; at++) {
    const client = signers[at % signers.length]
    if (client) made.push(encodePaymentSignatureHeader(await client.createPaymentPayload(required)))
  }
  return made
}

async function load(
  url: string,
  credentials: readonly string[],
): Promise<Pick<Measured, 'answered' | 'seconds' | 'p50' | 'p99'>> {
  const waiting = [...credentials]
  const latencies: number[] = []
  const startedMs = performance.now()
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let credential = waiting.pop(); credential; credential = waiting.pop()) {
        const sentMs = performance.now()
        const answer = await request(url, { dispatcher: agent, headers: { 'payment-signature': credential } })
        await answer.body.dump()
        if (answer.statusCode === 200) latencies.push(performance.now() - sentMs)
      }
    }),
  )
  const seconds = (performance.now() - startedMs) / 1000
  latencies.sort((a, b) => a - b)
  const at = (part: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? 0
  return { answered: latencies.length, seconds, p50: at(0.5), p99: at(0.99) }
}

type Block = { transactions: { from: string; hash: Hex }[] }

/** Gas of everything that the signer sent since a block. */
async function spent(chain: Anvil, signer: string, firstBlock: bigint): Promise<{ gas: bigint; transactions: number }> {
  const last = BigInt(await chain.rpc<Hex>('eth_blockNumber', []))
  let gas = 0n
  let transactions = 0
  for (let number = firstBlock; number <= last; number++) {
    const block = await chain.rpc<Block>('eth_getBlockByNumber', [`0x${number.toString(16)}`, true])
    for (const { from, hash } of block.transactions) {
      if (from.toLowerCase() !== signer.toLowerCase()) continue
      gas += BigInt((await chain.rpc<{ gasUsed: Hex }>('eth_getTransactionReceipt', [hash])).gasUsed)
      transactions += 1
    }
  }
  return { gas, transactions }
}

type Rows = Partial<Record<(typeof names)[number], Measured>>

function print(rows: Rows): void {
  const rate = ({ settled, seconds }: Measured) => Number(settled) / seconds
  console.log(
    `\n${payments} payments, ${clients} at a time, ${blockSeconds || 'a block for every transaction,'} ${blockSeconds ? 's blocks' : ''} load ${os.loadavg()[0]?.toFixed(1)}\n`,
  )
  console.log('| facilitator | 200 | settled | transactions | settlements/s | gas per settlement | p50 ms | p99 ms |')
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |')
  for (const name of names) {
    const row = rows[name]
    if (!row) continue
    const gas = row.settled === 0n ? '–' : (row.gas / row.settled).toString()
    console.log(
      `| ${titles[name]} | ${row.answered} | ${row.settled} | ${row.transactions} | ${rate(row).toFixed(1)} | ${gas} | ${row.p50.toFixed(0)} | ${row.p99.toFixed(0)} |`,
    )
  }
  const { sluice, reference } = rows
  if (sluice && reference) tell(sluice, reference)
  for (const name of ['example', 'reference'] as const) {
    const other = rows[name]
    if (!sluice || !other) continue
    const gas = (row: Measured) => Number(row.gas) / Number(row.settled || 1n)
    console.log(
      `\nSluice beside the ${titles[name]}: ${(rate(sluice) / rate(other)).toFixed(2)} times the throughput, ${((gas(sluice) / gas(other)) * 100).toFixed(0)} % of the gas`,
    )
  }
}

/** Rows of `npm run bench`: beside the reference with a nonce manager, the faster one. */
function tell(ours: Measured, peer: Measured): void {
  const rate = ({ settled, seconds }: Measured) => Number(settled) / seconds
  const gas = (row: Measured) => Number(row.gas) / Number(row.settled || 1n)
  const at = `at ${clients} at once`
  report([
    { row: `facilitator settlements/s ${at}`, now: rate(ours), peer: rate(peer), goal: 4, atLeast: true },
    { row: `facilitator: gas for each settlement ${at}`, now: gas(ours), peer: gas(peer), goal: 0.6 },
  ])
}
