import { beforeAll, expect, it } from 'vitest'
import { chains } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { Page } from '@/lib/paging'
import { evmNetwork, usdc } from '@/sandbox/evm'
import { insertChannel, insertSeller } from '@/sandbox/testing/channel-rows-fixture'
import { insertSold } from '@/sandbox/testing/sales-fixture'
import { listPayments } from './list-payments'

/** The list by amount, over tokens of different decimals, with many equal amounts. */

const payments = 90
const dai = `0x${'da'.repeat(20)}` as const
const unknown = `0x${'ee'.repeat(20)}`
const reader = { operator: false, merchantId: '' }
const exact = new Map<string, bigint>()

beforeAll(async () => {
  const assets = chains.find(({ network }) => network === evmNetwork)?.assets as unknown as { address: string }[]
  assets.push({ ...assets[0], address: dai, symbol: 'DAI', decimals: 18 } as (typeof assets)[number])
  const seller = await insertSeller()
  reader.merchantId = seller.merchantId
  await insertSold(seller, { payments, fromMs: Date.now() - 86_400_000, days: 1, payers: 4 })
  await insertSold(await insertSeller(), { payments: 5, fromMs: Date.now() - 1_000, days: 1, payers: 4 })
  // A third each: dollars of six decimals, dollars of eighteen that lie between them, and a token without known decimals.
  await db.execute(sql`
    UPDATE payment p SET asset = CASE n % 3 WHEN 0 THEN ${usdc.toLowerCase()} WHEN 1 THEN ${dai} ELSE ${unknown} END,
      amount_base = CASE n % 3 WHEN 0 THEN 10000 + n % 2 WHEN 1 THEN (10000 + n % 4) * 1000000000000 + n % 5 ELSE n END
    FROM (SELECT id, row_number() OVER (ORDER BY created_at, id) AS n FROM payment WHERE merchant_id = ${seller.merchantId}::uuid) numbered
    WHERE p.id = numbered.id`)
  const channel = await insertChannel(seller)
  await db.execute(sql`
    UPDATE channel SET accepted_base = 10001, accepted_signature = '0x', spent_base = 10001 WHERE id = ${channel}`)
  const rows = await db.query<{ id: string; asset: string; base: bigint }>(sql`
    SELECT id::text, asset, amount_base AS base FROM payment WHERE merchant_id = ${seller.merchantId}::uuid
    UNION ALL SELECT id, asset, spent_base FROM channel WHERE id = ${channel}`)
  for (const { id, asset, base } of rows)
    exact.set(id, asset === unknown ? 0n : asset === dai ? base : base * 10n ** 12n)
})

async function walk(order: 'asc' | 'desc', size: number): Promise<string[]> {
  const ids: string[] = []
  let ask: Page.PageRequest = { size }
  for (;;) {
    const page = await listPayments(reader, {}, ask, { by: 'amount', order })
    expect(page.total).toBe(payments + 1)
    ids.push(...page.rows.map(({ id }) => id))
    const after = page.older === undefined ? undefined : Page.decode(page.older)
    if (!after) return ids
    ask = { size, after }
  }
}

it('is ordered by what the amounts are worth to the last digit, each line once, at any size of the page', async () => {
  const ids = await walk('desc', 7)
  expect(new Set(ids)).toEqual(new Set(exact.keys()))
  expect(ids).toHaveLength(payments + 1)
  const worths = ids.map((id) => exact.get(id) ?? -1n)
  expect(worths).toEqual(worths.toSorted((one, other) => (one < other ? 1 : one > other ? -1 : 0)))
  expect(await walk('desc', 50)).toEqual(ids)
  expect(await walk('asc', 7)).toEqual(ids.toReversed())
})

it.each(['asc', 'desc'] as const)('goes back to the page it came from, %s', async (order) => {
  const read = (ask: Page.PageRequest) => listPayments(reader, {}, ask, { by: 'amount', order })
  const first = await read({ size: 10 })
  const second = await read({ size: 10, after: Page.decode(first.older ?? '')! })
  const third = await read({ size: 10, after: Page.decode(second.older ?? '')! })
  expect((await read({ size: 10, before: Page.decode(third.newer ?? '')! })).rows).toEqual(second.rows)
  const back = await read({ size: 10, before: Page.decode(second.newer ?? '')! })
  expect([back.rows, back.newer]).toEqual([first.rows, undefined])
})

it('keeps the filter', async () => {
  const page = await listPayments(reader, { token: dai }, { size: 100 }, { by: 'amount' })
  expect(page.rows.every(({ token }) => token.address === dai)).toBe(true)
  expect(page.rows).toHaveLength(payments / 3)
})

it('has nothing for a shop without payments', async () => {
  const none = { operator: false, merchantId: '00000000-0000-4000-8000-000000000000' }
  expect((await listPayments(none, {}, { size: 25 }, { by: 'amount' })).rows).toEqual([])
})
