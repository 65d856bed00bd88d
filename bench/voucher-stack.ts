import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import type { Address } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { startApp } from '../sandbox/app'
import type { Rpc } from '../sandbox/anvil'
import { ensureBuild } from '../sandbox/build'
import { addressesOf, dataDirAt, loadSecrets } from '../sandbox/data-dir'
import { evmNetwork, startEvm } from '../sandbox/evm'
import { migrate } from '../sandbox/migrate'
import { startPostgres } from '../sandbox/postgres'
import { fundPathUsd, pathUsd, startTempo, tempoNetwork } from '../sandbox/tempo'

/** The running parts of bench/vouchers.ts: Sluice's production build, mppx's server, one chain and one upstream for both. */
export type Stack = {
  rpcUrl: string
  rpc: Rpc
  databaseUrl: string
  sluice: Server
  mppx: Server
  fund(address: Address): Promise<void>
  stop(): Promise<void>
}

/** `pids` are the processes whose time counts as the server's. */
export type Server = { name: string; url: string; pid: number }

const root = path.dirname(import.meta.dirname)
const tokens = 10n ** 6n

export async function startStack(dataRoot: string): Promise<Stack> {
  const stops: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const end of stops.reverse()) await end().catch(() => undefined)
  }
  try {
    const dir = dataDirAt(root, { ...process.env, SLUICE_DATA_DIR: dataRoot })
    fs.mkdirSync(path.dirname(dir.log('app')), { recursive: true })
    const secrets = loadSecrets(dir)
    const addresses = addressesOf(secrets)
    await ensureBuild(root, dir.log('build'))
    const postgres = await startPostgres({ dataDir: dir.postgres, port: 0, logFile: dir.log('postgres') })
    stops.push(postgres.stop)
    const tempo = await startTempo({ cacheDir: dir.cache, logFile: dir.log('tempo') })
    stops.push(tempo.stop)
    const evm = await startEvm({ cacheDir: dir.cache, logFile: dir.log('evm') })
    stops.push(evm.stop)
    for (const address of [addresses.settlement, addresses.refund]) await fundPathUsd(tempo, address, 1_000n * tokens)

    const upstreamPort = freePort()
    stops.push(await startScript('bench/voucher-upstream.ts', [String(upstreamPort)]).then(({ end }) => end))
    const upstreamUrl = `http://127.0.0.1:${upstreamPort}/fortune`
    await migrate(root, postgres.url)
    await sellSessions(postgres.url, upstreamUrl, addresses.merchant)
    const app = await startApp({
      project: root,
      dir,
      secrets,
      mode: 'production',
      port: freePort(),
      databaseUrl: postgres.url,
      rpcUrls: { [evmNetwork]: evm.url, [tempoNetwork]: tempo.url },
      upstreamPort,
    })
    stops.push(() => app.child.stop(10_000))

    const peerKey = generatePrivateKey()
    await fundPathUsd(tempo, privateKeyToAccount(peerKey).address, 1_000n * tokens)
    const peerPort = freePort()
    const peer = await startScript('bench/voucher-peer.ts', [
      String(peerPort),
      tempo.url,
      peerKey,
      pathUsd,
      upstreamUrl,
    ])
    stops.push(peer.end)
    return {
      rpcUrl: tempo.url,
      rpc: tempo.rpc,
      databaseUrl: postgres.url,
      sluice: { name: 'Sluice', url: `http://127.0.0.1:${app.port}/gateway/bench/fortune`, pid: app.child.pid },
      mppx: { name: 'mppx 0.11.0', url: `http://127.0.0.1:${peerPort}/fortune`, pid: peer.pid },
      fund: (address) => fundPathUsd(tempo, address, 10_000n * tokens),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A merchant with one resource at $0.001, sold by sessions, without limits that the bench could reach. */
async function sellSessions(databaseUrl: string, upstreamUrl: string, payTo: Address): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const [merchantId, resourceId] = [randomUUID(), randomUUID()]
  await client.query(`INSERT INTO merchant (id, slug, name) VALUES ($1, 'bench', 'Bench')`, [merchantId])
  await client.query(
    `INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros, session, deposit_units)
     VALUES ($1, $2, 'GET', '/fortune', 'Fortune', $3, 1000, true, 1000000)`,
    [resourceId, merchantId, upstreamUrl],
  )
  await client.query(`INSERT INTO resource_payout (resource_id, network, pay_to) VALUES ($1, $2, $3)`, [
    resourceId,
    tempoNetwork,
    payTo,
  ])
  await client.query(
    `INSERT INTO resource_price (resource_id, revision, price_micros, pay_to) VALUES ($1, 1, 1000, $2)`,
    [resourceId, JSON.stringify({ [tempoNetwork]: payTo })],
  )
  await client.query(
    `INSERT INTO channel_policy (merchant_id, network, excess_max_micros, min_deposit_micros, min_delta_micros)
     VALUES ($1, $2, 0, 0, 0)`,
    [merchantId, tempoNetwork],
  )
  await client.end()
}

async function startScript(file: string, args: readonly string[]): Promise<{ pid: number; end(): Promise<unknown> }> {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve())
    child.once('exit', () => reject(new Error(`${file} did not start`)))
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  return {
    pid: child.pid ?? 0,
    end: () => {
      child.kill('SIGKILL')
      return exited
    },
  }
}

function freePort(): number {
  return 20_000 + Math.floor(Math.random() * 20_000)
}
