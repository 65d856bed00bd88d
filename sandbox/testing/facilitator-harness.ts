import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { x402Client } from '@x402/core/client'
import { HTTPFacilitatorClient } from '@x402/core/server'
import type { PaymentPayload, PaymentRequirements } from '@x402/core/types'
import { ExactEvmScheme } from '@x402/evm/exact/client'
import type { Address } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { ensureSigners } from '@/lib/execution'
import { handle, verbOf } from '@/lib/facilitator'
import { evmNetwork, fundUsdc, tokenBalance, usdc } from '../evm'
import { chains } from './chains'
import { startRpcProxy, type RpcProxy } from './rpc-proxy'

// Our facilitator over HTTP, for servers and clients of other makers.

export const payTo = privateKeyToAccount(generatePrivateKey()).address
export let proxy: RpcProxy
/** Of the facilitator, without a trailing slash. */
export let url: string
/** The official client of it. */
export let facilitator: HTTPFacilitatorClient
let server: Server

/** Starts our facilitator at `url` for this test file. Call it once, before the file's own hooks. */
export function setUpFacilitator(): void {
  beforeAll(async () => {
    proxy = await startRpcProxy(chains().evm.url)
    process.env.SETTLE_DEADLINE_MS = '2500'
    process.env.NETWORKS = JSON.stringify({ [evmNetwork]: { rpcUrls: [proxy.url] } })
    process.env.FACILITATOR_PUBLIC = 'house'
    await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${randomUUID()}, 'house', 'House')`)
    await ensureSigners(createCtx({ kind: 'system', id: 'test' }))
    server = createServer(
      getRequestListener(
        (request) => {
          const verb = verbOf(new URL(request.url).pathname)
          return verb ? handle(verb, request) : new Response(null, { status: 404 })
        },
        { overrideGlobalObjects: false },
      ),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/facilitator`
    facilitator = new HTTPFacilitatorClient({ url })
  })
  afterEach(() => {
    proxy.cutOff([])
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await proxy.close()
  })
}

/** A server's requirements: a cent in USDC. */
export const requirements = (change: Partial<PaymentRequirements> = {}): PaymentRequirements => ({
  scheme: 'exact',
  network: evmNetwork,
  amount: '10000',
  asset: usdc,
  payTo,
  maxTimeoutSeconds: 300,
  extra: { name: 'USDC', version: '2' },
  ...change,
})

export async function newPayer(amountBase = 1_000_000n): Promise<PrivateKeyAccount> {
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundUsdc(chains().evm, payer.address, amountBase)
  return payer
}

/** A payload of the official client for these requirements. */
export async function sign(payer: PrivateKeyAccount, accepts = requirements()): Promise<PaymentPayload> {
  const client = new x402Client().register(evmNetwork, new ExactEvmScheme(payer))
  client.setSpendControls(false)
  return client.createPaymentPayload({
    x402Version: 2,
    resource: { url: 'https://shop.test/a', description: '', mimeType: '' },
    accepts: [accepts],
  })
}

/** Base units. */
export const balance = (of: Address = payTo) => tokenBalance(chains().evm, usdc, of)

/** The number of signed attempts. */
export const sent = async () => (await db.query(sql`SELECT 1 FROM attempt`)).length
