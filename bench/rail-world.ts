import { fork, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { generatePrivateKey } from 'viem/accounts'
import { closeDb, endHeartbeat } from '@/lib/db'
import { migrate } from '../sandbox/migrate'
import { removePostgres, startPostgres } from '../sandbox/postgres'
import { bundle } from '../sandbox/testing/bundle'
import type { PeerSettings } from './rail-peer'

/** What the benches of rails stand on: a migrated PostgreSQL, an upstream, and sellers as processes of their own. */

export type Seller = { url: string; pid: number; child: ChildProcess; exited: Promise<unknown>; stop(): Promise<void> }

/** A scratch database, and the environment of a Sluice that uses it. The bench's own process may use `lib/db` from then on. */
export async function startDatabase(name: string): Promise<{ env: Record<string, string>; stop(): Promise<void> }> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), `sluice-${name}-`))
  fs.chmodSync(dataDir, 0o755)
  const cluster = path.join(dataDir, 'cluster')
  const postgres = await startPostgres({ dataDir: cluster })
  const throwAway = 'a-throw-away-secret-of-32-bytes-or-more'
  const key = generatePrivateKey()
  const env = {
    DATABASE_URL: postgres.url,
    PUBLIC_URL: 'http://bench.test',
    CHALLENGE_SECRET: throwAway,
    ENCRYPTION_SECRET: throwAway,
    CRON_SECRET: throwAway,
    AUDIT_PRIVATE_KEY: key.slice(2),
    NETWORKS: JSON.stringify({ 'eip155:84532': { rpcUrls: ['http://127.0.0.1:9'] } }),
    SETTLEMENT_PRIVATE_KEY: key,
    LOG_LEVEL: 'silent',
    SLUICE_DEMO: '1',
    JOBS: 'in-process',
  }
  Object.assign(process.env, env)
  await migrate(path.dirname(import.meta.dirname), postgres.url)
  return {
    env,
    stop: async () => {
      await endHeartbeat().catch(() => undefined)
      await closeDb()
      await postgres.stop()
      removePostgres(cluster)
      fs.rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** An API whose answers are numbered, so that two answers can be told apart; `/failing` answers 500. */
export async function startNumbered(): Promise<{ url: string; port: number; stop(): Promise<void> }> {
  let number = 0
  const server = http.createServer((request, response) => {
    const isFailing = request.url?.startsWith('/failing') === true
    response.writeHead(isFailing ? 500 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isFailing ? { error: 'it failed' } : { number: ++number }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const stop = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { url: `http://127.0.0.1:${port}`, port, stop }
}

/** mppx's server. */
export const startPeer = (settings: PeerSettings): Promise<Seller> =>
  start(new URL('./rail-peer.ts', import.meta.url), [JSON.stringify(settings)], {})

/** The gateway, its webhooks and its background tasks. */
export async function startSluice(env: Record<string, string>): Promise<Seller> {
  const seller = await start(new URL('../sandbox/testing/gateway-process.ts', import.meta.url), [], env)
  return { ...seller, url: `http://127.0.0.1:${seller.url}` }
}

async function start(entry: URL, args: readonly string[], env: Record<string, string>): Promise<Seller> {
  const child = fork(await bundle(entry), args, {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim()))
    child.once('exit', () => reject(new Error(`${path.basename(entry.pathname)} did not start`)))
  })
  const stop = async () => {
    child.kill('SIGKILL')
    await exited
  }
  return { url, pid: child.pid ?? 0, child, exited, stop }
}
