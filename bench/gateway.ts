import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { x402Client } from '@x402/core/client'
import { decodePaymentRequiredHeader, encodePaymentSignatureHeader } from '@x402/core/http'
import { ExactEvmScheme } from '@x402/evm/exact/client'
import { createPublicClient, encodeFunctionData, erc20Abi, http as rpc, parseAbi, type Address } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { Agent, request } from 'undici'
import { ensureBuild } from '../sandbox/build'
import { report, type Row } from './report'

/**
 * The paid `exact` request of Sluice's production build beside @x402/core + @x402/evm in a plain Node server, on one
 * machine, one chain, one upstream, one load generator, in one run. Credentials are signed before the clock starts.
 *
 *   npm run bench:gateway -- [--seconds 10] [--clients 1,16,64]
 */
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, clients: { type: 'string', default: '1,16,64' } },
})
const levels = values.clients.split(',').map(Number)
/** Enough credentials for this rate; a level ends early when they run out. */
const rateMax = { reference: 110, sluice: 700 }
const warmUp = 30
/** Of the reference's rate. */
const goals: Readonly<Record<number, number>> = { 1: 1.2, 16: 3, 64: 6 }
const cpuOf402 = { reference: 0, sluice: 0 }
const cpuOfPaid = { reference: 0, sluice: 0 }
const network = 'eip155:84532'

type Demo = {
  baseUrl: string
  networks: Record<string, { rpcUrl: string; asset: Address }>
  merchant: { payTo: Address }
  resources: { fixed: string }
  upstream: { baseUrl: string }
}
type Measured = {
  ok: number
  failed: number
  statuses: Record<string, number>
  seconds: number
  p50: number
  p99: number
}

const agent = new Agent({ connections: 128, keepAliveTimeout: 30_000 })
const root = path.dirname(import.meta.dirname)

const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-bench-'))
fs.chmodSync(dataDir, 0o755)
const children: ChildProcess[] = []
try {
  await run()
} finally {
  for (const child of children.reverse()) await stop(child)
  fs.rmSync(dataDir, { recursive: true, force: true })
}

async function run(): Promise<void> {
  // A demo sells while its pages are still being built, with what the build leaves of the machine.
  await ensureBuild(root, path.join(dataDir, 'build.log'))
  const { demo, pid: demoPid } = await startDemo()
  const chain = demo.networks[network]
  if (!chain) throw new Error(`the demo serves no ${network}`)
  const client = createPublicClient({ transport: rpc(chain.rpcUrl) })
  const [faucet] = (await client.request({ method: 'eth_accounts' as never })) as Address[]
  const payers = Array.from({ length: Math.max(...levels) }, () => privateKeyToAccount(generatePrivateKey()))
  for (const payer of payers) {
    const data = encodeFunctionData({
      abi: parseAbi(['function mint(address to, uint256 value)']),
      args: [payer.address, 10n ** 12n],
    })
    await client.request({ method: 'eth_sendTransaction', params: [{ from: faucet, to: chain.asset, data }] } as never)
  }
  const referencePayTo = privateKeyToAccount(generatePrivateKey()).address
  const { url: referenceUrl, pid: referencePid } = await startReference(
    client,
    chain.rpcUrl,
    referencePayTo,
    `${demo.upstream.baseUrl}/fortune`,
  )
  const servers = {
    reference: { url: referenceUrl, payTo: referencePayTo },
    sluice: { url: demo.resources.fixed, payTo: demo.merchant.payTo },
  }

  const rows: string[][] = []
  const found: Row[] = []
  const pids = { reference: referencePid, sluice: sellerOf(demoPid) }
  for (const name of ['reference', 'sluice'] as const) {
    await ask(servers[name].url, 3)
    const beforeMs = cpuMs(pids[name])
    const asked = await ask(servers[name].url, 3)
    cpuOf402[name] = (cpuMs(pids[name]) - beforeMs) / asked
  }
  for (const clients of levels) {
    const results = {} as Record<keyof typeof servers, Measured>
    for (const name of ['reference', 'sluice'] as const) {
      const { url, payTo } = servers[name]
      const balance = () =>
        client.readContract({ address: chain.asset, abi: erc20Abi, functionName: 'balanceOf', args: [payTo] })
      const count = warmUp + Math.ceil(rateMax[name] * Number(values.seconds))
      process.stderr.write(`${name}, ${clients} clients: signing ${count} credentials\n`)
      const credentials = await sign(url, payers.slice(0, clients), count)
      await load(url, credentials.splice(0, warmUp), Math.min(clients, 8), 60)
      const before = await balance()
      const beforeMs = cpuMs(pids[name])
      results[name] = await load(url, credentials, clients, Number(values.seconds))
      cpuOfPaid[name] = (cpuMs(pids[name]) - beforeMs) / Math.max(1, results[name].ok)
      const moved = ((await balance()) - before) / 10_000n
      if (moved !== BigInt(results[name].ok))
        process.stderr.write(`${name}: ${results[name].ok} paid answers, but ${moved} payments on chain\n`)
    }
    rows.push(...table(clients, results))
    const { reference, sluice } = results
    const [now, peer] = [sluice.ok / sluice.seconds, reference.ok / reference.seconds]
    found.push(
      { row: `x402 paid requests/s at ${clients} clients`, now, peer, goal: goals[clients] ?? 1, atLeast: true },
      { row: `x402 p50 ms at ${clients} clients`, now: sluice.p50, peer: reference.p50, goal: 1 },
    )
  }
  print(rows)
  found.push(
    { row: 'CPU ms for each 402', now: cpuOf402.sluice, goal: 1.5 },
    { row: `CPU ms for each paid request at ${levels.at(-1)} clients`, now: cpuOfPaid.sluice, goal: 5 },
  )
  report(found)
  console.log(`\nCPU ms for each 402: Sluice ${cpuOf402.sluice.toFixed(2)}, reference ${cpuOf402.reference.toFixed(2)}`)
  console.log(
    `CPU ms for each paid: Sluice ${cpuOfPaid.sluice.toFixed(2)}, reference ${cpuOfPaid.reference.toFixed(2)}`,
  )
}

/** Asks without paying, 16 at a time. @returns how many were answered. */
async function ask(url: string, seconds: number): Promise<number> {
  const endMs = performance.now() + seconds * 1000
  let answered = 0
  const loop = async () => {
    while (performance.now() < endMs) {
      const { body } = await request(url, { dispatcher: agent })
      await body.dump({ limit: 1024 * 1024 })
      answered++
    }
  }
  await Promise.all(Array.from({ length: 16 }, loop))
  return answered
}

/** The process of a demo that sells. */
function sellerOf(demoPid: number): number {
  const children = (pid: number): number[] =>
    fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  const all = (pid: number): number[] => [pid, ...children(pid).flatMap(all)]
  const found = all(demoPid).find((pid) => /dist\/server\.js/.test(fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8')))
  if (found === undefined) throw new Error('the demo has no process that sells')
  return found
}

/** Processor time that a process has used, by the kernel's count. */
function cpuMs(pid: number): number {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

async function startDemo(): Promise<{ demo: Demo; pid: number }> {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'sandbox/demo.ts'], {
    cwd: root,
    env: { ...process.env, SLUICE_DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  children.push(child)
  const file = path.join(dataDir, 'demo.json')
  while (!fs.existsSync(file)) {
    if (child.exitCode !== null) throw new Error('the demo did not start')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return { demo: JSON.parse(fs.readFileSync(file, 'utf8')) as Demo, pid: child.pid ?? 0 }
}

async function startReference(
  client: { request(args: never): Promise<unknown> },
  rpcUrl: string,
  payTo: Address,
  upstreamUrl: string,
): Promise<{ url: string; pid: number }> {
  const key = generatePrivateKey()
  const funds = [privateKeyToAccount(key).address, '0x56bc75e2d63100000']
  await client.request({ method: 'anvil_setBalance', params: funds } as never)
  const port = 20_000 + Math.floor(Math.random() * 20_000)
  const args = ['--import', 'tsx', 'bench/reference-server.ts', String(port), rpcUrl, key, payTo, upstreamUrl]
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve())
    child.once('exit', () => reject(new Error('the reference server did not start')))
  })
  return { url: `http://127.0.0.1:${port}/fortune`, pid: child.pid ?? 0 }
}

/** PAYMENT-SIGNATURE values for one quote, spread over the payers. */
async function sign(url: string, payers: readonly PrivateKeyAccount[], count: number): Promise<string[]> {
  const { headers, body } = await request(url, { dispatcher: agent })
  await body.dump()
  const required = decodePaymentRequiredHeader(headers['payment-required'] as string)
  const clients = payers.map((payer) => new x402Client().register(network, new ExactEvmScheme(payer)))
  const signed: string[] = []
  for (let index = 0; index < count; index++) {
    const client = clients[index % clients.length] as x402Client
    signed.push(encodePaymentSignatureHeader(await client.createPaymentPayload(required)))
  }
  return signed
}

/** `clients` loops that each send one credential after the other. Latency is from sending to the last byte. */
async function load(
  url: string,
  credentials: readonly string[],
  clients: number,
  secondsMax: number,
): Promise<Measured> {
  const latencies: number[] = []
  const statuses: Record<string, number> = {}
  const startedMs = performance.now()
  const endMs = startedMs + secondsMax * 1000
  let next = 0
  const loop = async () => {
    while (performance.now() < endMs) {
      const credential = credentials[next++]
      if (credential === undefined) return
      const sentMs = performance.now()
      const { statusCode, body } = await request(url, {
        dispatcher: agent,
        headers: { 'payment-signature': credential },
      })
      await body.dump({ limit: 1024 * 1024 })
      statuses[statusCode] = (statuses[statusCode] ?? 0) + 1
      if (statusCode === 200) latencies.push(performance.now() - sentMs)
    }
  }
  await Promise.all(Array.from({ length: clients }, loop))
  const seconds = (performance.now() - startedMs) / 1000
  latencies.sort((one, other) => one - other)
  const at = (part: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? Number.NaN
  const total = Object.values(statuses).reduce((sum, count) => sum + count, 0)
  return { ok: latencies.length, failed: total - latencies.length, statuses, seconds, p50: at(0.5), p99: at(0.99) }
}

function table(clients: number, { reference, sluice }: Record<'reference' | 'sluice', Measured>): string[][] {
  const rate = ({ ok, seconds }: Measured) => ok / seconds
  const row = (name: string, measured: Measured) => [
    String(clients),
    name,
    rate(measured).toFixed(1),
    measured.p50.toFixed(1),
    measured.p99.toFixed(1),
    String(measured.failed),
    measured === sluice ? `${(rate(sluice) / rate(reference)).toFixed(2)}x` : '1x',
    measured === sluice ? `${(sluice.p50 / reference.p50).toFixed(2)}x` : '1x',
  ]
  return [row('@x402/core + @x402/evm', reference), row('Sluice', sluice)]
}

function print(rows: readonly string[][]): void {
  const head = ['clients', 'server', 'paid/s', 'p50 ms', 'p99 ms', 'not 200', 'paid/s ratio', 'p50 ratio']
  console.log(`| ${head.join(' | ')} |\n| ${head.map(() => '---').join(' | ')} |`)
  for (const row of rows) console.log(`| ${row.join(' | ')} |`)
  const [one, five] = os.loadavg().map((load) => load.toFixed(2))
  console.log(
    `\n${os.cpus().length} cores (${os.cpus()[0]?.model}), Node ${process.version}, load ${one} (1 min) ${five} (5 min)`,
  )
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGINT')
  await ended
}
