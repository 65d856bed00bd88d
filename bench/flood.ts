import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { ExactEvmScheme } from '@x402/evm'
import { wrapFetchWithPaymentFromConfig } from '@x402/fetch'
import { Agent, request } from 'undici'
import type { Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { dataDirAt, readJson } from '../sandbox/data-dir'
import { evmNetwork } from '../sandbox/evm'

/**
 * An honest client that buys one answer after the other from the running demo, alone and beside a flood of each kind that strangers
 * can make. A plain route that needs neither database nor chain is flooded too: what that costs is the machine's, not ours.
 *
 *   npm run demo                                          (in another terminal)
 *   npm run bench:flood -- [--purchases 20] [--clients 50] [--rate 200]     (requests a second, by so many connections)
 */
const { values } = parseArgs({
  options: {
    purchases: { type: 'string', default: '20' },
    clients: { type: 'string', default: '50' },
    rate: { type: 'string', default: '200' },
    demo: { type: 'string', default: dataDirAt(process.cwd()).demo },
    flooding: { type: 'string' },
  },
})
const purchases = Number(values.purchases)
const clients = Number(values.clients)
const rate = Number(values.rate)

type Demo = { baseUrl: string; payer: { privateKey: Hex; address: string }; resources: { fixed: string } }
type Sent = { method: 'GET' | 'POST'; path: string; headers?: Record<string, string>; body?: string }

const demo = readJson<Demo>(values.demo)
if (!demo) throw new Error('No demo is running. Start one with `npm run demo`, wait for its box, and try again.')
const { baseUrl, payer, resources } = demo
const origin = new URL(baseUrl).origin
const pay = wrapFetchWithPaymentFromConfig(fetch, {
  schemes: [{ network: evmNetwork, client: new ExactEvmScheme(privateKeyToAccount(payer.privateKey)) }],
})

const hex = (bytes: number) => randomBytes(bytes).toString('hex')
const floods: Record<string, () => Sent> = {
  'nothing else': () => ({ method: 'GET', path: '' }),
  'a plain route': () => ({ method: 'GET', path: '/api/v1/audit/key' }),
  'sign-ins begun': () => ({ method: 'POST', path: '/api/auth/nonce', headers: { origin } }),
  'sign-ins answered': () => ({
    method: 'POST',
    path: '/api/auth/verify',
    headers: {
      origin,
      'content-type': 'application/json',
      cookie: `sluice_browser_${new URL(baseUrl).port}=${hex(32)}`,
    },
    body: JSON.stringify({ message: 'x wants you to sign in', signature: `0x${hex(65)}` }),
  }),
  'wrong API keys': () => ({
    method: 'GET',
    path: '/api/v1/transactions',
    headers: { authorization: `Bearer sk_${hex(4)}_${hex(32)}` },
  }),
  'status of payments': () => ({ method: 'GET', path: `/api/v1/payments/0x${hex(32)}?payer=${payer.address}` }),
  'unknown sellers': () => ({ method: 'GET', path: `/gateway/${hex(8)}/x` }),
  'malformed actions': () => ({
    method: 'POST',
    path: '/resources/new',
    headers: { origin, 'next-action': hex(21), 'content-type': 'text/plain' },
    body: '["$1:constructor:constructor"]',
  }),
  health: () => ({ method: 'GET', path: '/api/health' }),
}

// The flood is made by a process of its own: this one must have time to pay.
if (values.flooding !== undefined) await flood(values.flooding)
else await compare()
process.exit(0)

async function compare(): Promise<void> {
  console.log(`${purchases} purchases one after the other, beside ${clients} clients and ${rate} requests a second\n`)
  console.log(`| beside             |  median |     p95 |   x | its answers`)
  console.log(`| ------------------ | ------: | ------: | --: | -----------`)
  await measure()
  let alone = 0
  for (const title of Object.keys(floods)) {
    const isQuiet = title === 'nothing else'
    // This very program, as it was compiled.
    const [, program = ''] = process.argv
    const child = isQuiet ? undefined : fork(program, ['--flooding', title, ...process.argv.slice(2)])
    if (child) await once(child, 'message')
    const { median, p95, refused } = await measure()
    if (alone === 0) alone = median
    let told = ''
    if (child) {
      child.send('end')
      told = String((await once(child, 'message'))[0])
    }
    const cells = [title.padEnd(18), ms(median), ms(p95), (median / alone).toFixed(1).padStart(3)]
    console.log(`| ${cells.join(' | ')} | ${told}${refused ? `; ${refused} purchases refused` : ''}`)
  }
}

/** Sends requests of one kind at the rate until the parent stops it, then reports the answers to the parent. */
async function flood(title: string): Promise<void> {
  const make = floods[title]
  if (!make) throw new Error(`There is no flood ${title}.`)
  const agent = new Agent({ connections: clients, keepAliveTimeout: 30_000 })
  const statuses = new Map<number | string, number>()
  let [stopped, underWay, sent] = [false, 0, 0]
  const startedMs = performance.now()
  process.once('message', () => (stopped = true))
  process.send?.('begun')
  while (!stopped) {
    const due = ((performance.now() - startedMs) / 1_000) * rate
    while (sent < due && underWay < clients) {
      sent++
      underWay++
      const { path, ...rest } = make()
      void request(`${baseUrl}${path}`, { ...rest, dispatcher: agent })
        .then(
          async ({ statusCode, body }) => {
            await body.dump()
            return statusCode
          },
          (error: { code?: string }) => error.code ?? 'failed',
        )
        .then((status) => {
          underWay--
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
        })
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const seconds = (performance.now() - startedMs) / 1_000
  process.send?.([...statuses].map(([status, count]) => `${status}: ${(count / seconds).toFixed(0)}/s`).join(', '))
}

async function measure(): Promise<{ median: number; p95: number; refused: number }> {
  const times: number[] = []
  let refused = 0
  for (let n = 0; n < purchases; n++) {
    const startedMs = performance.now()
    const answer = await pay(resources.fixed)
    await answer.arrayBuffer()
    if (answer.status !== 200) refused++
    times.push(performance.now() - startedMs)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0
  return { median: at(0.5), p95: at(0.95), refused }
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`.padStart(7)
}
