import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { x402Client } from '@x402/core/client'
import { decodePaymentRequiredHeader, encodePaymentSignatureHeader } from '@x402/core/http'
import { ExactEvmScheme } from '@x402/evm/exact/client'
import { UptoEvmScheme } from '@x402/evm/upto/client'
import type { Address } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { ensureSigners } from '@/lib/execution'
import { handle } from '@/lib/gateway'
import { startLoop } from '@/lib/jobs'
import { closeResourceCache } from '@/lib/merchants'
import { evmNetwork } from '../evm'
import { chains } from './chains'

// Merchants that take Permit2, over an upstream whose answer says in a header how many units it has, with the background tasks running.

/** Where this server alone sells. */
export const exclusivePayTo = privateKeyToAccount(generatePrivateKey()).address

let upstream: Server
let stopLoop: () => Promise<void>
const nothing = () => Promise.resolve()
/** Work between a claim and its settlement: the upstream waits for it. Reset after each test. */
export const meanwhile = { work: nothing as () => Promise<void> }

/** Starts the upstream and the background tasks for this test file. Call it once, before the file's own hooks. */
export function setUpPermit2(): void {
  process.env.EXCLUSIVE_PAYEES = exclusivePayTo
  beforeAll(async () => {
    upstream = createServer((request, response) => {
      const units = new URL(request.url ?? '/', 'http://upstream').searchParams.get('units') ?? 'none'
      void meanwhile.work().then(() => response.setHeader('x-units', units).end('the answer'))
    })
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
    const allowed = process.env.UPSTREAM_ALLOW
    process.env.UPSTREAM_ALLOW = `${allowed ? `${allowed},` : ''}127.0.0.1:${portOf(upstream)}`
    process.env.SETTLE_DEADLINE_MS ??= '20000'
    await ensureSigners(createCtx({ kind: 'system', id: 'test' }))
    stopLoop = startLoop().stop
  })
  beforeEach(() => {
    meanwhile.work = nothing
  })
  afterAll(async () => {
    await stopLoop()
    await closeResourceCache()
    failUpstream()
    upstream.close()
  })
}

/** Ends every call that the upstream has not answered yet. */
export function failUpstream(): void {
  upstream.closeAllConnections()
}

const portOf = (server: Server) => (server.address() as AddressInfo).port

/** A micro-dollar for each unit that the answer's header says, at most a cent. */
const perUnit = {
  baseMicros: '0',
  unit: {
    count: { of: 'response-header', at: 'x-units' },
    name: 'unit',
    per: '1',
    tiers: [{ upTo: null, micros: '1' }],
  },
  minMicros: null,
  maxMicros: '10000',
  freePerDay: 0,
  windows: [],
  discounts: [],
}

export type Shop = { merchantId: string; path: string; payTo: Address }

/** A shop that sells one thing for a cent, or for what is in it, and is paid at an address of its own. */
export async function sell(
  change: { metered?: boolean; permit2?: boolean; contracts?: boolean; payTo?: Address } = {},
): Promise<Shop> {
  const { metered = false, permit2 = true, contracts = false } = change
  const [merchantId, id] = [randomUUID(), randomUUID()]
  const payTo = change.payTo ?? privateKeyToAccount(generatePrivateKey()).address
  const pricing = metered ? JSON.stringify(perUnit) : null
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}, ${merchantId}, 'Acme')`)
  await db.execute(sql`
    INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros, pricing, permit2, contract_payers)
    VALUES (${id}, ${merchantId}, 'GET', '/', 'x', ${`http://127.0.0.1:${portOf(upstream)}/`}, 10000, ${pricing}::jsonb,
      ${permit2}, ${contracts})`)
  await db.execute(
    sql`INSERT INTO resource_payout (resource_id, network, pay_to) VALUES (${id}, ${evmNetwork}, ${payTo})`,
  )
  await db.execute(sql`
    INSERT INTO resource_price (resource_id, revision, price_micros, pricing, pay_to)
    VALUES (${id}, 1, 10000, ${pricing}::jsonb, ${JSON.stringify({ [evmNetwork]: payTo })})`)
  return { merchantId, path: `/gateway/${merchantId}/`, payTo }
}

export function call(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return handle(new Request(`http://sluice.test${path}`, { headers }))
}

/** A signer for an account: its key, or the owner of a smart account. */
export type Signing = Pick<PrivateKeyAccount, 'address' | 'signTypedData'>
export type Required = ReturnType<typeof decodePaymentRequiredHeader>

/** A credential by the official client for the way to pay of this method, after the 402, as `change` leaves that. */
export async function sign(
  path: string,
  payer: Signing,
  method: 'permit2' | 'eip3009' = 'permit2',
  change = (required: Required) => required,
) {
  const required = change(decodePaymentRequiredHeader((await call(path)).headers.get('payment-required') ?? ''))
  const client = new x402Client((_, accepts) => {
    const way = accepts.find(({ extra }) => (extra.assetTransferMethod ?? 'eip3009') === method)
    if (!way) throw new Error(`no way to pay by ${method}`)
    return way
  })
  const options = { rpcUrl: chains().evm.url }
  client.register(evmNetwork, new ExactEvmScheme(payer as PrivateKeyAccount, options))
  client.register(evmNetwork, new UptoEvmScheme(payer as PrivateKeyAccount, options))
  const payload = await client.createPaymentPayload(required)
  return { payload, headers: { 'payment-signature': encodePaymentSignatureHeader(payload) } }
}
