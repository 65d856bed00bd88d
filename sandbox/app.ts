import { compile } from '../scripts/compile.mjs'
import { startChild, waitFor, type Child } from './child'
import { addressesOf, type DataDir, type Secrets } from './data-dir'
import { slug } from './seed/seed'
import { pickPort } from './port'

export type AppOptions = {
  project: string
  dir: DataDir
  secrets: Secrets
  mode: 'production' | 'development'
  /** Wished port; another one is taken when it is in use. */
  port: number
  databaseUrl: string
  /** By CAIP-2 network. */
  rpcUrls: Record<string, string>
  upstreamPort: number
  /** The agent that makes test payments; without it the dashboard offers none. */
  paymentUrl?: string
  /** The setting of Stripe (lib/env.ts). */
  stripe?: object
  /** The setting of the Lightning node (lib/env.ts). */
  lightning?: object
  /** Further local addresses that the app may call. */
  morePorts?: readonly number[]
}

export type App = { baseUrl: string; port: number; child: Child }

/** Every address on which another program could hold the port. */
const hosts = ['127.0.0.1', '0.0.0.0', '::']

/** Starts server.ts, compiled as a production would run it, with the whole environment of lib/env.ts, and waits until it is healthy. */
export async function startApp(options: AppOptions): Promise<App> {
  if (options.mode === 'production') await compile()
  const program =
    options.mode === 'production' ? ['--enable-source-maps', 'dist/server.js'] : ['--import', 'tsx', 'server.ts']
  for (let attempt = 1; ; attempt++) {
    const port = await pickPort(attempt === 1 ? options.port : 0, hosts)
    const baseUrl = `http://localhost:${port}`
    const child = startChild({
      name: 'the app',
      command: process.execPath,
      args: program,
      cwd: options.project,
      env: { ...process.env, ...environmentOf(options, port, baseUrl) },
      logFile: options.dir.log('app'),
      endSignal: 'SIGTERM',
    })
    try {
      await waitFor(child, 'it was healthy', () => isHealthy(port))
      return { baseUrl, port, child }
    } catch (error) {
      await child.stop(2_000)
      if (attempt < 3 && child.tail().includes('EADDRINUSE')) continue
      throw error
    }
  }
}

async function isHealthy(port: number): Promise<true | undefined> {
  const response = await fetch(`http://127.0.0.1:${port}/api/health`, { signal: AbortSignal.timeout(30_000) })
  await response.body?.cancel()
  return response.status === 200 ? true : undefined
}

function environmentOf(options: AppOptions, port: number, baseUrl: string): Record<string, string> {
  const { secrets, rpcUrls } = options
  return {
    NODE_ENV: options.mode,
    NEXT_TELEMETRY_DISABLED: '1',
    PORT: String(port),
    PUBLIC_URL: baseUrl,
    DATABASE_URL: options.databaseUrl,
    CHALLENGE_SECRET: secrets.challenge,
    ENCRYPTION_SECRET: secrets.encryption,
    CRON_SECRET: secrets.cron,
    AUDIT_PRIVATE_KEY: secrets.audit,
    NETWORKS: JSON.stringify(
      Object.fromEntries(Object.entries(rpcUrls).map(([network, url]) => [network, { rpcUrls: [url] }])),
    ),
    SETTLEMENT_PRIVATE_KEY: secrets.keys.settlement,
    REFUND_PRIVATE_KEY: secrets.keys.refund,
    OFFER_PRIVATE_KEY: secrets.keys.offers,
    SOLANA_SETTLEMENT_KEY: secrets.solanaKeys.settlement,
    SOLANA_REFUND_KEY: secrets.solanaKeys.refund,
    SIGNERS: JSON.stringify(
      [secrets.keys.executor, secrets.keys.secondExecutor].map((privateKey) => ({
        purpose: 'execution',
        kind: 'env',
        privateKey,
      })),
    ),
    // Servers of others may try the facilitator without a key.
    FACILITATOR_PUBLIC: slug,
    OPERATORS: addressesOf(secrets).operator,
    // The demo's refund wallet holds test money.
    REFUND_WALLET_FOR: 'all',
    COIN_PRICES: JSON.stringify({ kind: 'fixed', prices: { ETH: '3200', POL: '0.25', SOL: '150', BTC: '100000' } }),
    ...(options.stripe ? { STRIPE: JSON.stringify(options.stripe) } : {}),
    ...(options.lightning ? { LIGHTNING_NODE: JSON.stringify(options.lightning) } : {}),
    UPSTREAM_ALLOW: [options.upstreamPort, ...(options.morePorts ?? [])].map((port) => `127.0.0.1:${port}`).join(','),
    SLUICE_DEMO: '1',
    SIGN_UP: 'open',
    DEMO_PAYER_KEY: secrets.keys.payer,
    ...(options.paymentUrl ? { DEMO_PAYMENT_URL: options.paymentUrl } : {}),
    DEMO_OPERATOR_KEY: secrets.keys.operator,
  }
}
