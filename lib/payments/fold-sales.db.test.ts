import { fork } from 'node:child_process'
import { once } from 'node:events'
import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { db, sql } from '@/lib/db'
import { evmNetwork, usdc } from '@/sandbox/evm'
import { bundle } from '@/sandbox/testing/bundle'
import { insertSeller } from '@/sandbox/testing/channel-rows-fixture'
import { insertSold } from '@/sandbox/testing/sales-fixture'
import { foldSales } from './fold-sales'

// Folding deletes rows and adds them to two tables of sums in one statement. It is killed around that statement, and runs twice
// at the same moment: each sale is in the sums once.

type Seller = Awaited<ReturnType<typeof insertSeller>>

const payments = 40
let seller: Seller
let holder: pg.Client

beforeEach(async () => {
  seller = await insertSeller()
  // One hour, one payer: one row of sums, that a test can lock.
  await insertSold(seller, { payments: 1, fromMs: hourMs, days: 1, payers: 1 })
  await foldSales()
  await insertSold(seller, { payments, fromMs: hourMs, days: 0, payers: 1 })
  holder = new pg.Client({ connectionString: process.env.DATABASE_URL })
  await holder.connect()
})
afterEach(() => holder.end())

const hourMs = Date.UTC(2026, 0, 5, 12)

/** Keeps the folding statement waiting in its middle: sales are deleted and the hour is not written yet. */
async function holdHour(): Promise<void> {
  await holder.query('BEGIN')
  const { rowCount } = await holder.query('SELECT 1 FROM sale_hour WHERE merchant_id = $1 FOR UPDATE', [
    seller.merchantId,
  ])
  expect(rowCount).toBe(1)
}

/** The process that folds, by its connection. */
async function untilFoldWaits(): Promise<void> {
  const waiting = sql`
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%DELETE FROM sale_delta%'`
  await expect.poll(async () => (await db.query(waiting)).length, { interval: 20 }).toBe(1)
}

async function start(point?: string) {
  return fork(await bundle(new URL('../../sandbox/testing/fold-process.ts', import.meta.url)), {
    env: { ...process.env, SLUICE_DEMO: '1', ...(point && { SLUICE_FAILPOINT: point }) },
  })
}

async function look() {
  const [row] = await db.query<{ waits: boolean }>(sql`
    SELECT (SELECT count(*)::int FROM sale_delta WHERE merchant_id = ${seller.merchantId}::uuid) > 0 AS waits,
      (SELECT sum(sold)::int FROM sale WHERE merchant_id = ${seller.merchantId}::uuid) AS sold,
      (SELECT sum(calls)::int FROM payer_sale WHERE merchant_id = ${seller.merchantId}::uuid) AS calls,
      (SELECT sum(base) FROM sale WHERE merchant_id = ${seller.merchantId}::uuid)
        = (SELECT sum(amount_base) FROM payment WHERE merchant_id = ${seller.merchantId}::uuid AND network = ${evmNetwork}
            AND asset = ${usdc.toLowerCase()}) AS "isExact"`)
  return row
}
const all = { sold: payments + 1, calls: payments + 1, isExact: true }

it('adds each sale once if its process dies in the middle of the statement', async () => {
  await holdHour()
  const dying = await start()
  await untilFoldWaits()
  dying.kill('SIGKILL')
  expect(await once(dying, 'exit')).toEqual([null, 'SIGKILL'])
  expect(await look()).toEqual({ ...all, waits: true })
  await holder.query('COMMIT')
  await expect.poll(async () => (await foldSales(), (await look())?.waits), { interval: 20 }).toBe(false)
  expect(await look()).toEqual({ ...all, waits: false })
})

it('adds each sale once if the server loses the statement in its middle', async () => {
  await holdHour()
  const losing = foldSales()
  await untilFoldWaits()
  await db.query(sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%DELETE FROM sale_delta%'`)
  await expect(losing).rejects.toThrow()
  expect(await look()).toEqual({ ...all, waits: true })
  await holder.query('COMMIT')
  expect(await foldSales()).toBeGreaterThan(0)
  expect(await look()).toEqual({ ...all, waits: false })
})

it('adds nothing twice if its process dies after the statement', async () => {
  const dying = await start('after-commit')
  expect(await once(dying, 'exit')).toEqual([null, 'SIGKILL'])
  expect(await look()).toEqual({ ...all, waits: false })
  expect(await foldSales()).toBe(0)
  expect(await look()).toEqual({ ...all, waits: false })
})

it('lets the second of two at the same moment do nothing', async () => {
  await holdHour()
  const first = foldSales()
  await untilFoldWaits()
  expect(await foldSales()).toBe(0)
  await holder.query('COMMIT')
  expect(await first).toBeGreaterThan(0)
  expect(await look()).toEqual({ ...all, waits: false })
})
