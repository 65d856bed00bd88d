import fs from 'node:fs'
import os from 'node:os'
import { parseArgs } from 'node:util'
import { Challenge, Credential } from 'mppx'
import { Agent, request } from 'undici'
import { db, sql } from '@/lib/db'
import { startLightning, type Lightning } from '../sandbox/lightning'
import { lndCall } from '../sandbox/lightning/client'
import { mintToken, sandboxAccounts, startStripe, type StripeServer } from '../sandbox/stripe'
import { agentNode, lightningNetwork, lightningSettings, payInvoice } from '../sandbox/testing/lightning-shop-fixture'
import { networkOf, openStripeShop, stripeSetting } from '../sandbox/testing/stripe-shop-fixture'
import { startDatabase, startNumbered, startPeer, startSluice, type Seller } from './rail-world'
import { report, type Row } from './report'

/**
 * Paid requests a second by Stripe and by Lightning, of Sluice and of mppx's own server on the same counterpart in one run: tokens
 * are minted and invoices paid before the clock starts. Then so many unpaid 402s, each from another address, with both
 * rails in them: what they leave in the database, at the node and in the process. The counterparts and the load come from this
 * process, on the same machine.
 *
 *   npm run bench:rails -- [--payments 400] [--clients 1,16,64] [--unpaid 10000]
 */
const { values } = parseArgs({
  options: {
    payments: { type: 'string', default: '400' },
    clients: { type: 'string', default: '1,16,64' },
    unpaid: { type: 'string', default: '10000' },
  },
})
const payments = Number(values.payments)
const levels = values.clients.split(',').map(Number)
const unpaid = Number(values.unpaid)

type Name = 'mppx' | 'Sluice'
type Measured = { rate: number; p50: number; p99: number; failed: number; cpuMs: number }
/** One server on one rail, and how credentials for it are made. */
type Server = {
  seller: Seller
  url: string
  headers: Record<string, string>
  pay(challenge: Response): Promise<string>
}

const agent = new Agent({ connections: 128, keepAliveTimeout: 30_000 })
const running: Seller[] = []
const found: Row[] = []
const database = await startDatabase('rails')
const upstream = await startNumbered()
const stripe = await startStripe()
const lightning = await startLightning({ logFile: '/dev/null' })
try {
  await run()
} finally {
  for (const seller of running) await seller.stop()
  await lightning.stop()
  await stripe.stop()
  await upstream.stop()
  await database.stop()
}
process.exit(0)

async function run(): Promise<void> {
  await openStripeShop(stripe, upstream.url, stripe.profile)
  await sellByLightningToo(lightning)
  const sluice = await started(
    startSluice({
      ...database.env,
      UPSTREAM_ALLOW: `127.0.0.1:${upstream.port}`,
      STRIPE: stripeSetting(stripe),
      ...lightningSettings(lightning),
    }),
  )
  await offersLightning(`${sluice.url}/gateway/acme/fortune`)
  const peers = { stripe: await stripePeer(), lightning: await lightningPeer() }
  console.log('| rail | clients | server | paid/s | ratio | p50 ms | p99 ms | not 200 | CPU ms |')
  console.log('| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |')
  const url = `${sluice.url}/gateway/acme/fortune`
  const offered = { stripe: { 'accept-payment': 'stripe/charge' }, lightning: { 'accept-payment': 'lightning/charge' } }
  const byToken = (profile: string) => (challenge: Response) => payByToken(stripe, profile, challenge)
  await compare('Stripe', {
    mppx: { seller: peers.stripe, url: peers.stripe.url, headers: {}, pay: byToken(sandboxAccounts.connected.profile) },
    Sluice: { seller: sluice, url, headers: offered.stripe, pay: byToken(stripe.profile) },
  })
  await compare('Lightning', {
    mppx: { seller: peers.lightning, url: peers.lightning.url, headers: {}, pay: payByInvoice },
    Sluice: { seller: sluice, url, headers: offered.lightning, pay: payByInvoice },
  })
  await flood(url, sluice, peers.lightning)
  const [one, five] = os.loadavg().map((load) => load.toFixed(2))
  console.log(`\n${os.cpus().length} cores, Node ${process.version}, load ${one} (1 min) ${five} (5 min)`)
  report(found)
}

async function started(starting: Promise<Seller>): Promise<Seller> {
  const seller = await starting
  running.push(seller)
  return seller
}

function stripePeer(): Promise<Seller> {
  const { profile, secretKey } = sandboxAccounts.connected
  return started(
    startPeer({ stripe: { port: stripe.port, secretKey, profile }, upstreamUrl: `${upstream.url}/fortune` }),
  )
}

function lightningPeer(): Promise<Seller> {
  const { restUrl, macaroon } = lightning.seller
  return started(
    startPeer({ lightning: { restUrl, macaroon, amountSat: 750 }, upstreamUrl: `${upstream.url}/fortune` }),
  )
}

/** The Stripe shop's resource at 75 cents is sold over Lightning too: 750 satoshi. */
async function sellByLightningToo({ seller }: Lightning): Promise<void> {
  const payTo = { [networkOf(stripe)]: stripe.profile, [lightningNetwork]: seller.id }
  await db.execute(sql`
    INSERT INTO resource_payout (resource_id, network, pay_to)
    SELECT id, ${lightningNetwork}, ${seller.id} FROM resource WHERE path = '/fortune'`)
  await db.execute(sql`
    UPDATE resource_price SET pay_to = ${JSON.stringify(payTo)}
    WHERE resource_id = (SELECT id FROM resource WHERE path = '/fortune')`)
}

/** The price of bitcoin is read by a background task. */
async function offersLightning(url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const { headers } = await fetch(url, { headers: { 'accept-payment': 'lightning/charge' } })
    if (headers.get('www-authenticate')?.includes('method="lightning"')) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('Sluice offers no Lightning')
}

async function payByToken(server: StripeServer, profile: string, response: Response): Promise<string> {
  const spt = await mintToken(server, { amount: 75, profile })
  return Credential.serialize({ challenge: challengeOf(response, 'stripe'), payload: { spt } })
}

async function payByInvoice(response: Response): Promise<string> {
  const challenge = challengeOf(response, 'lightning')
  const { invoice } = (challenge.request as { methodDetails: { invoice: string } }).methodDetails
  const preimage = await payInvoice(agentNode(lightning), invoice)
  return Credential.serialize({ challenge, payload: { preimage } })
}

function challengeOf(response: Response, method: string): Challenge.Challenge {
  const challenge = Challenge.fromResponseList(response).find((one) => one.method === method)
  if (!challenge) throw new Error(`the 402 offers no ${method}`)
  return challenge
}

async function compare(rail: string, servers: Record<Name, Server>): Promise<void> {
  for (const clients of levels) {
    const rates = {} as Record<Name, number>
    for (const name of ['mppx', 'Sluice'] as const) {
      const server = servers[name]
      process.stderr.write(`${rail}, ${name}, ${clients} clients: paying ${payments} challenges\n`)
      const credentials = await prepare(server)
      const { rate, p50, p99, failed, cpuMs } = await load(server, credentials, clients)
      rates[name] = rate
      const cells = [rate.toFixed(1), name === 'mppx' ? '1x' : `${(rate / rates.mppx).toFixed(2)}x`]
      const times = [p50.toFixed(1), p99.toFixed(1), failed, cpuMs.toFixed(1)]
      console.log(`| ${[rail, clients, name, ...cells, ...times].join(' | ')} |`)
    }
    const row = `${rail} paid requests/s at ${clients} clients`
    found.push({ row, now: rates.Sluice, peer: rates.mppx, goal: 0.1, atLeast: true })
  }
}

/** Credentials that are paid for, each for a challenge of its own from an address of its own. */
async function prepare({ url, headers, pay }: Server): Promise<string[]> {
  const made: string[] = []
  let next = 0
  const worker = async () => {
    while (next < payments) {
      const response = await ask(url, { ...headers, 'x-forwarded-for': addressAt(next++) })
      made.push(await pay(response))
    }
  }
  await Promise.all(Array.from({ length: Math.min(8, payments) }, worker))
  return made
}

/** A 402 with every offer in it. Sluice makes a limited number of invoices a second: it leaves Lightning out above that. */
async function ask(url: string, headers: Record<string, string>): Promise<Response> {
  const wanted = headers['accept-payment']?.split('/')[0]
  for (let tries = 0; tries < 600; tries++) {
    const response = await fetch(url, { headers })
    const offers = response.headers.get('www-authenticate') ?? ''
    if (wanted === undefined || offers.includes(`method="${wanted}"`)) return response
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`there is no offer of ${wanted}`)
}

function addressAt(index: number): string {
  const at = index + Math.floor(Math.random() * 0x100) * 0x1_0000
  return `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`
}

async function load({ seller, url }: Server, credentials: readonly string[], clients: number): Promise<Measured> {
  const latencies: number[] = []
  let [next, failed] = [0, 0]
  const beforeMs = cpuMsOf(seller.pid)
  const startedMs = performance.now()
  const loop = async () => {
    for (let credential = credentials[next++]; credential !== undefined; credential = credentials[next++]) {
      const sentMs = performance.now()
      const headers = { authorization: credential }
      const { statusCode, body } = await request(url, { dispatcher: agent, headers })
      await body.dump({ limit: 1024 * 1024 })
      if (statusCode === 200) latencies.push(performance.now() - sentMs)
      else failed++
    }
  }
  await Promise.all(Array.from({ length: clients }, loop))
  const seconds = (performance.now() - startedMs) / 1_000
  const cpuMs = (cpuMsOf(seller.pid) - beforeMs) / Math.max(1, latencies.length)
  return { rate: latencies.length / seconds, p50: at(latencies, 0.5), p99: at(latencies, 0.99), failed, cpuMs }
}

/** So many 402s, 16 at a time, each from another address, none of which is paid. */
async function flood(url: string, sluice: Seller, peer: Seller): Promise<void> {
  console.log(`\n${unpaid} anonymous 402s\n`)
  console.log(
    '| server | rows in rail_invoice | invoices at the node | RSS MB before | after | 402/s | p50 ms | p99 ms |',
  )
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |')
  for (const [name, seller, at] of [['mppx', peer, peer.url] as const, ['Sluice', sluice, url] as const]) {
    const before = { rows: await rows(), invoices: await invoices(), rss: rssMb(seller.pid) }
    const { rate, p50, p99 } = await ask402s(at)
    const left = { rows: (await rows()) - before.rows, invoices: (await invoices()) - before.invoices }
    const memory = [before.rss.toFixed(0), rssMb(seller.pid).toFixed(0)]
    const cells = [left.rows, left.invoices, ...memory, rate.toFixed(0), p50.toFixed(1), p99.toFixed(1)]
    console.log(`| ${[name, ...cells].join(' | ')} |`)
    if (name === 'Sluice') {
      found.push({ row: `invoices left by ${unpaid} anonymous 402s`, now: left.invoices, goal: 2_000 })
      found.push({ row: 'p99 ms of a 402 with a Lightning offer, at 16 clients', now: p99, goal: 500 })
    }
  }
}

async function ask402s(url: string): Promise<{ rate: number; p50: number; p99: number }> {
  const latencies: number[] = []
  let next = 0
  const startedMs = performance.now()
  const loop = async () => {
    while (next < unpaid) {
      const sentMs = performance.now()
      const headers = { 'x-forwarded-for': addressAt(next++) }
      const { statusCode, body } = await request(url, { dispatcher: agent, headers })
      await body.dump({ limit: 1024 * 1024 })
      if (statusCode !== 402) throw new Error(`a request without a credential was answered ${statusCode}`)
      latencies.push(performance.now() - sentMs)
    }
  }
  await Promise.all(Array.from({ length: 16 }, loop))
  const seconds = (performance.now() - startedMs) / 1_000
  return { rate: latencies.length / seconds, p50: at(latencies, 0.5), p99: at(latencies, 0.99) }
}

async function rows(): Promise<number> {
  return (await db.query<{ count: number }>(sql`SELECT count(*)::int AS count FROM rail_invoice`))[0]?.count ?? 0
}

async function invoices(): Promise<number> {
  const path = '/v1/invoices?num_max_invoices=1000000'
  return (await lndCall<{ invoices: unknown[] }>(lightning.seller, path)).invoices.length
}

function at(latencies: number[], part: number): number {
  latencies.sort((one, other) => one - other)
  return latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? Number.NaN
}

function rssMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
}

/** Processor time that a process has used, by the kernel's count. */
function cpuMsOf(pid: number): number {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}
