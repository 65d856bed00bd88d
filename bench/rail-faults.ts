import os from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { db, sql } from '@/lib/db'
import { sandboxAccounts, startStripe } from '../sandbox/stripe'
import { networkOf, openStripeShop, stripeSetting } from '../sandbox/testing/stripe-shop-fixture'
import { redeem, type Purchase, type Shop } from './rail-agent'
import { cases, timeoutMs, type Case } from './rail-cases'
import { startDatabase, startNumbered, startPeer, startSluice, type Seller } from './rail-world'
import { report } from './report'

/**
 * One fault script against Sluice and against mppx's own server with the official Stripe SDK, on one sandbox/stripe in one run, with
 * mppx's client as the agent. For each fault, of so many purchases:
 *
 * - doubled: charges that are not refunded, beyond the one that the agent wanted
 * - lost: purchases that are charged, not refunded and not answered, also when the agent asks again after the fault
 * - free: answers without a charge
 * - open: payments whose outcome the seller does not know a minute and a half after the fault; named only where there are some
 *
 *   npm run bench:rail-faults -- [--times 3] [--only lost-once,slow]
 */
const { values } = parseArgs({ options: { times: { type: 'string', default: '3' }, only: { type: 'string' } } })
const times = Number(values.times)
const only = values.only?.split(',')
const priceCents = 75n
const settledMs = 90_000

/** A seller under test: how a process of it starts, and the account at Stripe that its charges go to. */
type Contender = {
  title: string
  account: string
  profile: string
  /** Where it sells what `/fortune` and `/failing` answer. */
  paths: { '/fortune': string; '/failing': string }
  start(failpoint?: Case['failpoint']): Promise<Seller>
  /** Waits until nothing of it is under way. @returns how many payments still are, when it has waited long enough. */
  settled(): Promise<number>
}
type Score = { doubled: number; lost: number; free: number; open: number }

/** Payments that were waited for in vain: they are counted once. */
const given = new Set<string>()

const database = await startDatabase('rail-faults')
const upstream = await startNumbered()
const stripe = await startStripe()
const running: Seller[] = []
try {
  await run()
} finally {
  for (const seller of running) await seller.stop()
  await stripe.stop()
  await upstream.stop()
  await database.stop()
}
process.exit(process.exitCode ?? 0)

async function run(): Promise<void> {
  await openStripeShop(stripe, upstream.url, stripe.profile)
  const contenders = [...sluices(), peer('mppx, its defaults'), peer('mppx, maxNetworkRetries 0', 0)]
  const lasting = new Map<Contender, Seller>()
  for (const contender of contenders) lasting.set(contender, await started(contender))
  const [sluice] = lasting.values()
  if (stripe.webhookSecret === undefined && sluice)
    stripe.addWebhook(`${sluice.url}/api/rails/stripe`, 'whsec_rail_faults')
  const rows: { title: string; scores: Score[] }[] = []
  for (const fault of cases) {
    if (only?.includes(fault.name) === false) continue
    const scores: Score[] = []
    for (const contender of contenders) scores.push(await score(fault, contender, lasting.get(contender)))
    process.stderr.write(`${fault.title}: ${scores.map(written).join(' | ')}\n`)
    rows.push({ title: fault.title, scores })
  }
  await print(contenders, rows)
}

async function started(contender: Contender, failpoint?: Case['failpoint']): Promise<Seller> {
  const seller = await contender.start(failpoint)
  running.push(seller)
  return seller
}

async function score(fault: Case, contender: Contender, lasting: Seller | undefined): Promise<Score> {
  const sum: Score = { doubled: 0, lost: 0, free: 0, open: 0 }
  for (let time = 0; time < times; time++) {
    const before = charges(contender)
    const dying = fault.failpoint && (await started(contender, fault.failpoint))
    const urls = [dying, lasting].flatMap((seller) => (seller ? [prefixOf(contender, seller)] : []))
    const shop: Shop = { urls, path: contender.paths[fault.path ?? '/fortune'], profile: contender.profile }
    const bought = await fault.buy(stripe, shop)
    stripe.faults.clear()
    sum.open += await contender.settled()
    if (bought.answers.size === 0 && charges(contender) > before) {
      await redeem(shop, bought, 30_000)
      await contender.settled()
    }
    add(sum, judge(bought, charges(contender) - before))
    await dying?.stop()
  }
  return sum
}

function prefixOf({ title }: Contender, { url }: Seller): string {
  return title.startsWith('Sluice') ? `${url}/gateway/acme` : url
}

function judge({ answers }: Purchase, charged: number): Score {
  return {
    doubled: Math.max(0, charged - 1),
    lost: charged > 0 && answers.size === 0 ? 1 : 0,
    free: Math.max(0, answers.size - charged),
    open: 0,
  }
}

function add(sum: Score, one: Score): void {
  sum.doubled += one.doubled
  sum.lost += one.lost
  sum.free += one.free
  sum.open += one.open
}

/** What an account took and has not given back, in prices. Money that was held and let go is neither. */
function charges({ account }: Contender): number {
  const kept = stripe.state
    .all('charge', account)
    .reduce((sum, { amount_captured, amount_refunded }) => sum + max0(amount_captured - amount_refunded), 0n)
  return Number(kept / priceCents)
}

function max0(value: bigint): bigint {
  return value > 0n ? value : 0n
}

/** Sluice as it is, and with a resource that is charged before its work. */
function sluices(): Contender[] {
  const { id: account, profile } = sandboxAccounts.seller
  const env = {
    ...database.env,
    UPSTREAM_ALLOW: `127.0.0.1:${upstream.port}`,
    STRIPE: JSON.stringify({ ...(JSON.parse(stripeSetting(stripe)) as object), webhookSecrets: ['whsec_rail_faults'] }),
    SETTLE_DEADLINE_MS: String(timeoutMs),
  }
  const start = (failpoint?: string) => startSluice({ ...env, ...(failpoint && { SLUICE_FAILPOINT: failpoint }) })
  const base = { account, profile, start, settled: sluiceSettled }
  return [
    { ...base, title: 'Sluice', paths: { '/fortune': '/fortune', '/failing': '/failing' } },
    { ...base, title: 'Sluice, charged before', paths: { '/fortune': '/before', '/failing': '/failing-before' } },
  ]
}

/** Every payment has ended, and nothing is held at Stripe. */
async function sluiceSettled(): Promise<number> {
  const endMs = Date.now() + settledMs
  const { id: account } = sandboxAccounts.seller
  for (;;) {
    const open = await db.query<{ id: string; status: string; settlement: string }>(sql`
      SELECT id, status, settlement FROM payment
      WHERE status NOT IN ('delivered', 'voided', 'refunded') OR (status = 'delivered' AND settlement <> 'settled')`)
    const held = stripe.state.all('payment_intent', account).filter(({ status }) => status === 'requires_capture')
    const isNew = open.filter(({ id }) => !given.has(id))
    if (isNew.length === 0 && (held.length === 0 || given.size > 0)) return 0
    if (Date.now() > endMs) {
      process.stderr.write(`Sluice does not know the outcome of ${JSON.stringify(isNew)}; ${held.length} held\n`)
      for (const { id } of isNew) given.add(id)
      return Math.max(isNew.length, 1)
    }
    await sleep(100)
  }
}

function peer(title: string, maxNetworkRetries?: number): Contender {
  const { id: account, profile, secretKey } = sandboxAccounts.connected
  const settings = {
    stripe: { port: stripe.port, secretKey, profile },
    upstreamUrl: upstream.url,
    timeoutMs,
    ...(maxNetworkRetries !== undefined && { maxNetworkRetries }),
  }
  return {
    ...{ title, account, profile, paths: { '/fortune': '/fortune', '/failing': '/failing' } },
    start: (failpoint) => startPeer({ ...settings, ...(failpoint && { failpoint }) }),
    // It does nothing after its answer, but Stripe may: a call that was given up goes on there.
    settled: () => sleep(timeoutMs, 0),
  }
}

function written({ doubled, lost, free, open }: Score): string {
  return `${doubled} / ${lost} / ${free}${open > 0 ? `, ${open} open` : ''}`
}

async function print(contenders: readonly Contender[], rows: readonly { title: string; scores: Score[] }[]) {
  const totals = contenders.map((_, at) =>
    rows.reduce<Score>(
      (sum, { scores }) => {
        const one = scores[at]
        if (one) add(sum, one)
        return sum
      },
      { doubled: 0, lost: 0, free: 0, open: 0 },
    ),
  )
  console.log(`${times} purchases for each fault; doubled / lost / free\n`)
  console.log(`| fault | ${contenders.map(({ title }) => title).join(' | ')} |`)
  console.log(`| --- |${contenders.map(() => ' --- |').join('')}`)
  for (const { title, scores } of [...rows, { title: 'together', scores: totals }])
    console.log(`| ${title} | ${scores.map(written).join(' | ')} |`)
  const [books, balance] = [await clearingBase(), stripe.state.balance(stripe.account)]
  const difference = books - balance.available - balance.pending
  console.log(`\nSluice's books minus its balance at Stripe: ${difference} cents`)
  const [one, five] = os.loadavg().map((load) => load.toFixed(2))
  console.log(`${os.cpus().length} cores, Node ${process.version}, load ${one} (1 min) ${five} (5 min)`)
  const wrong = totals.slice(0, 2).reduce((sum, { doubled, lost, free, open }) => sum + doubled + lost + free + open, 0)
  const peerWrong = totals.slice(2).reduce((sum, { doubled, lost, free }) => sum + doubled + lost + free, 0)
  report([
    { row: `Stripe: doubled, lost or free under ${rows.length} faults (mppx: ${peerWrong})`, now: wrong, goal: 0 },
    { row: 'Stripe: books minus balance, cents', now: Math.abs(Number(difference)), goal: 0 },
  ])
}

/** What Sluice's books say that Stripe holds, in cents. */
async function clearingBase(): Promise<bigint> {
  const [row] = await db.query<{ base: string }>(sql`
    SELECT coalesce(sum(CASE WHEN debit LIKE 'clearing:%' THEN amount_base ELSE -amount_base END), 0)::text AS base FROM transfer
    WHERE network = ${networkOf(stripe)} AND kind IN ('direct', 'post') AND (debit LIKE 'clearing:%' OR credit LIKE 'clearing:%')`)
  return BigInt(row?.base ?? '0')
}
