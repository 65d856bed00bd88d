import { fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { x402Client } from '@x402/core/client'
import { decodePaymentRequiredHeader, encodePaymentSignatureHeader } from '@x402/core/http'
import { ExactEvmScheme } from '@x402/evm/exact/client'
import type { PrivateKeyAccount } from 'viem/accounts'
import { db, sql } from '@/lib/db'
import { evmNetwork, usdc } from '../evm'
import { tempoNetwork } from '../tempo'
import type { Call } from '../upstream'
import { bundle } from './bundle'

/** A merchant with three resources over the sample upstream: one that answers, one that fails, one that settles first. */
export async function openShop(upstreamUrl: string, payTo: string): Promise<{ merchantId: string }> {
  const merchantId = randomUUID()
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}, 'acme', 'Acme')`)
  for (const [method, path, settle] of [
    ['GET', '/fortune', null],
    ['GET', '/failing', null],
    ['GET', '/before', 'before'],
  ] as const) {
    const id = randomUUID()
    const upstream = `${upstreamUrl}${path === '/before' ? '/fortune' : path}`
    await db.execute(sql`
      INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros, settle)
      VALUES (${id}, ${merchantId}, ${method}, ${path}, ${path}, ${upstream}, 10000, ${settle}::settle_when)`)
    await db.execute(sql`
      INSERT INTO resource_payout (resource_id, network, pay_to)
      VALUES (${id}, ${evmNetwork}, ${payTo}), (${id}, ${tempoNetwork}, ${payTo})`)
    await db.execute(sql`
      INSERT INTO resource_price (resource_id, revision, price_micros, pay_to)
      VALUES (${id}, 1, 10000, ${JSON.stringify({ [evmNetwork]: payTo, [tempoNetwork]: payTo })})`)
  }
  return { merchantId }
}

/** A PAYMENT-SIGNATURE for what a 402 asks, by the official client. */
export async function signFor(response: Response, payer: PrivateKeyAccount): Promise<string> {
  const required = decodePaymentRequiredHeader(response.headers.get('payment-required') ?? '')
  const client = new x402Client().register(evmNetwork, new ExactEvmScheme(payer))
  return encodePaymentSignatureHeader(await client.createPaymentPayload(required))
}

export const asset = usdc

/** Calls that the upstream got for a path (and query), by its own journal. */
export async function callsOf(journalUrl: string, path: string, query?: string): Promise<number> {
  const calls = (await (await fetch(journalUrl)).json()) as Call[]
  return calls.filter((call) => call.path === path && (query === undefined || call.query === query)).length
}

export type GatewayProcess = { url: string; child: ChildProcess; exited: Promise<unknown>; stop(): Promise<void> }

/** Starts the gateway as a process of its own with this test's database and chains. */
export async function startGateway(env: Record<string, string>): Promise<GatewayProcess> {
  const child = fork(await bundle(new URL('./gateway-process.ts', import.meta.url)), {
    env: { ...process.env, LOG_LEVEL: 'error', SLUICE_DEMO: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim()))
    child.once('exit', () => reject(new Error('the gateway did not start')))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    child,
    exited,
    stop: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}
