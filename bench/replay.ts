import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { closeDb, db, sql } from '@/lib/db'
import { replayPrices } from '@/lib/payments'
import { PricePlan } from '@/lib/pricing'
import { migrate } from '../sandbox/migrate'
import { removePostgres, startPostgres } from '../sandbox/postgres'
import { insertSold } from '../sandbox/testing/sales-fixture'

/**
 * How long a draft of a price takes over a resource's past, beside one plain SQL sum over the same rows in the same run.
 *
 *   npx tsx bench/replay.ts [--payments 100000] [--others 400000] [--runs 5]
 */
const { values } = parseArgs({
  options: {
    payments: { type: 'string', default: '100000' },
    others: { type: 'string', default: '400000' },
    runs: { type: 'string', default: '5' },
  },
})
const payments = Number(values.payments)
const runs = Number(values.runs)
const days = 30
const fromMs = Date.UTC(2026, 9, 5)
const range = { fromMs, toMs: fromMs + days * 86_400_000 }

const drafts: Record<string, PricePlan.PricePlan> = {
  'fixed price': PricePlan.fixed(10_003n),
  'bytes of the answer in three tiers': {
    ...PricePlan.fixed(1_000n),
    unit: {
      count: { of: 'response-bytes' },
      name: 'byte',
      per: 1_000n,
      tiers: [
        { upTo: 1_200n, micros: 9_000n },
        { upTo: 1_500n, micros: 5_000n },
        { upTo: null, micros: 1_000n },
      ],
    },
    maxMicros: 50_000n,
  },
  'hours, discounts and free calls': {
    ...PricePlan.fixed(10_000n),
    windows: [{ days: [1, 2, 3, 4, 5], from: 22 * 60, to: 6 * 60, timeZone: 'Europe/Berlin', percent: 50 }],
    discounts: Array.from({ length: 50 }, (_, index) => ({
      wallet: `0x${index.toString(16).padStart(40, '0')}`,
      percent: 10,
    })),
    freePerDay: 10,
  },
}

const root = path.dirname(import.meta.dirname)
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-replay-'))
fs.chmodSync(dataDir, 0o755)
const postgres = await startPostgres({ dataDir: path.join(dataDir, 'cluster') })
try {
  prepare()
  await migrate(root, postgres.url)
  await run()
} finally {
  await closeDb()
  await postgres.stop()
  removePostgres(path.join(dataDir, 'cluster'))
  fs.rmSync(dataDir, { recursive: true, force: true })
}

function prepare(): void {
  const throwAway = 'a-throw-away-secret-of-32-bytes-or-more'
  Object.assign(process.env, {
    DATABASE_URL: postgres.url,
    PUBLIC_URL: 'http://bench.test',
    CHALLENGE_SECRET: throwAway,
    ENCRYPTION_SECRET: throwAway,
    CRON_SECRET: throwAway,
    AUDIT_PRIVATE_KEY: 'ab'.repeat(32),
    SETTLEMENT_PRIVATE_KEY: `0x${'ab'.repeat(32)}`,
    NETWORKS: JSON.stringify({ 'eip155:84532': { rpcUrls: ['http://127.0.0.1:9'] } }),
    LOG_LEVEL: 'warn',
  })
}

async function run(): Promise<void> {
  const [seller, other] = [await insertSeller('mine'), await insertSeller('other')]
  await insertSold(seller, { payments, fromMs, days, payers: 500 })
  // Other rows of the table, as on a server that sells more than this.
  for (let left = Number(values.others); left > 0; left -= 50_000)
    await insertSold(other, { payments: Math.min(left, 50_000), fromMs, days, payers: 500 })
  await db.execute(sql`ANALYZE payment`)
  const plain = await best(() =>
    db.query(sql`
      SELECT sum(amount_base), count(*) FROM payment
      WHERE resource_id = ${seller.resourceId}::uuid AND status = 'delivered'
        AND created_at >= ${new Date(range.fromMs)} AND created_at < ${new Date(range.toMs)}`),
  )
  console.log(`${payments} payments of ${payments + Number(values.others)}, best of ${runs}`)
  console.log(`plain SQL sum: ${plain.toFixed(0)} ms`)
  for (const [name, draft] of Object.entries(drafts)) {
    const ms = await best(() =>
      replayPrices({ operator: false, merchantId: seller.merchantId }, seller.resourceId, draft, range),
    )
    console.log(`replay, ${name}: ${ms.toFixed(0)} ms, ${(ms / plain).toFixed(1)} times the sum`)
  }
}

async function insertSeller(slug: string): Promise<{ merchantId: string; resourceId: string }> {
  const [merchantId, resourceId] = [randomUUID(), randomUUID()]
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}, ${slug}, ${slug})`)
  await db.execute(sql`
    INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros)
    VALUES (${resourceId}, ${merchantId}, 'GET', '/x', 'X', 'https://up.example/x', 10000)`)
  return { merchantId, resourceId }
}

async function best(work: () => Promise<unknown>): Promise<number> {
  let least = Infinity
  for (let at = 0; at < runs; at++) {
    const startedMs = performance.now()
    await work()
    least = Math.min(least, performance.now() - startedMs)
  }
  return least
}
