import { randomUUID } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import { findSealedEvent, sequenceEvents } from '@/lib/audit'
import type { MemberScope, RolePermissions } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { Verifier } from '@/lib/proof'
import { insertBooked } from '@/sandbox/testing/booked-fixture'
import { insertSeller } from '@/sandbox/testing/channel-rows-fixture'
import { countStatements } from '@/sandbox/testing/count-work'
import { closeMonth } from './close-month'
import { exportSealedMonth } from './export-sealed-month'
import { findBalances } from './find-balances'
import { findOpenItems } from './find-open-items'
import { closingOf } from './Journal'

const month = '2026-03'
const fromMs = Date.parse('2026-03-01T00:00:00Z')
const ctx = createCtx({ kind: 'member', id: `0x${'aa'.repeat(20)}` })

type Seller = Awaited<ReturnType<typeof insertSeller>>
const scopeOf = ({ merchantId }: Seller, role: RolePermissions.MemberRole = 'finance'): MemberScope.MemberScope => ({
  address: `0x${'aa'.repeat(20)}`,
  merchantId,
  operator: false,
  role,
})

/** A merchant that sold `payments` in March. */
async function sellIn(payments: number): Promise<Seller> {
  const seller = await insertSeller()
  await insertBooked(seller, { payments, fromMs, days: 31, payers: 7 })
  return seller
}

async function sealed({ merchantId }: Seller, of = month): Promise<string> {
  let text = ''
  for await (const piece of await exportSealedMonth(merchantId, of)) text += piece
  return text
}

/** Until a checkpoint covers the close. */
const seal = ({ merchantId }: Seller, of = month) =>
  expect
    .poll(
      async () => (
        await sequenceEvents(1_000),
        (await findSealedEvent(merchantId, 'month.closed', { month: of }))?.event
      ),
    )
    .toBeDefined()

function verify(text: string) {
  const verifier = Verifier.create()
  for (const line of text.split('\n')) verifier.take(line)
  return verifier.end()
}

const somePayment = async ({ merchantId }: Seller) => {
  const [row] = await db.query<{ id: string }>(sql`
    SELECT id FROM payment WHERE merchant_id = ${merchantId}::uuid ORDER BY created_at LIMIT 1`)
  return row?.id ?? ''
}

let shop: Seller
beforeAll(async () => {
  shop = await sellIn(50)
})

it('closes a month once, whoever asks and however often, and seals it in the log', async () => {
  const all = await Promise.all([1, 2, 3].map(() => closeMonth(ctx, scopeOf(shop), { month })))
  expect(new Set(all.map(({ digest }) => digest)).size).toBe(1)
  expect(await closeMonth(ctx, scopeOf(shop, 'owner'), { month })).toEqual(all[0])
  const events = await db.query(sql`
    SELECT data FROM audit_event WHERE merchant_id = ${shop.merchantId}::uuid AND type = 'month.closed'`)
  expect(events).toEqual([{ data: { month, entries: '100', digest: all[0]?.digest, accounts: 3 } }])

  await expect(exportSealedMonth(shop.merchantId, month)).rejects.toMatchObject({ code: 'unavailable' })
  await seal(shop)
  const text = await sealed(shop)
  const verdict = verify(text)
  expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([])
  expect(verdict).toMatchObject({ ok: true, kind: 'closed month' })
})

it.each<[string, (lines: string[]) => string[]]>([
  ['an amount', (lines) => lines.map((line) => line.replace('"amount":"10001"', '"amount":"10002"'))],
  ['a missing entry', (lines) => lines.filter((_, index) => index !== 5)],
  ['a balance', (lines) => lines.map((line) => line.replace(/"closing":"(\d+)"/, '"closing":"1$1"'))],
  ['another month', (lines) => lines.map((line) => line.replace('"month":"2026-03"}', '"month":"2026-04"}'))],
  ['a cut end', (lines) => lines.slice(0, -2)],
])('the verifier refuses a file with %s that was changed', async (_, change) => {
  const lines = (await sealed(shop)).split('\n')
  const changed = change(lines)
  expect(changed).not.toEqual(lines)
  expect(verify(changed.join('\n')).ok).toBe(false)
})

it('a refund and a reorganisation after the close are entries of the open month that name the closed one', async () => {
  const before = await sealed(shop)
  const paymentId = await somePayment(shop)
  const { merchantId } = shop
  const book = (reason: string, debit: string, credit: string, at: string) =>
    db.execute(sql`
      INSERT INTO transfer (kind, reason, debit, credit, network, asset, amount_base, payment_id, at)
      SELECT 'direct', ${reason}, ${debit}, ${credit}, network, asset, amount_base, id, ${new Date(at)}
      FROM payment WHERE id = ${paymentId}::uuid`)
  await book('reorged', `receivable:${merchantId}`, 'cash:0x9', '2026-04-02T00:00:00Z')
  await book('settle', 'cash:0x9', `receivable:${merchantId}`, '2026-04-02T00:00:01Z')
  await book('refund_owed', `revenue:${merchantId}`, `refund_payable:${merchantId}`, '2026-04-03T00:00:00Z')
  await book('refund_paid', `refund_payable:${merchantId}`, `refund_wallet:0x8`, '2026-04-03T00:00:01Z')
  await insertBooked(shop, { payments: 3, fromMs: Date.parse('2026-04-05T00:00:00Z'), days: 1, payers: 2 })
  expect(await sealed(shop)).toBe(before)

  await closeMonth(ctx, scopeOf(shop), { month: '2026-04' })
  await seal(shop, '2026-04')
  const april = await sealed(shop, '2026-04')
  const entries = april.split('\n').flatMap((line) => (line.includes('"entry"') ? [JSON.parse(line).entry] : []))
  expect(entries.map(({ reason, corrects }) => [reason, corrects])).toEqual([
    ['reorged', month],
    ['settle', month],
    ['refund_owed', month],
    ['refund_paid', month],
    ...Array.from({ length: 3 }, () => [
      ['earn', undefined],
      ['settle', undefined],
    ]).flat(),
  ])
  expect(verify(april).ok).toBe(true)
  expect(await sealed(shop)).toBe(before)
})

it('the balances of a month begin where the month before it ended, closed or not', async () => {
  const open = await sellIn(10)
  await insertBooked(open, { payments: 5, fromMs: Date.parse('2026-04-05T00:00:00Z'), days: 1, payers: 2 })
  const openApril = await findBalances(open.merchantId, '2026-04')
  const march = await findBalances(open.merchantId, month)
  for (const balance of march)
    expect(openApril.find(({ account }) => account === balance.account)?.openingBase).toBe(closingOf(balance))
  await closeMonth(ctx, scopeOf(open), { month })
  expect(await findBalances(open.merchantId, month)).toEqual(march)
  expect(await findBalances(open.merchantId, '2026-04')).toEqual(openApril)
})

it('refuses while something may still change, and says what', async () => {
  const seller = await insertSeller()
  await insertBooked(seller, { payments: 1, fromMs: Date.parse('2026-02-05T00:00:00Z'), days: 1, payers: 2 })
  await insertBooked(seller, { payments: 4, fromMs, days: 31, payers: 7 })
  const kinds = async (of = month) => (await findOpenItems(seller.merchantId, of)).map(({ kind }) => kind)
  const set = (change: ReturnType<typeof sql>) =>
    db.execute(
      sql`UPDATE payment SET ${change} WHERE merchant_id = ${seller.merchantId}::uuid AND created_at >= ${new Date(fromMs)}`,
    )
  expect(await kinds()).toEqual(['earlier-month-open'])
  await closeMonth(ctx, scopeOf(seller), { month: '2026-02' })
  expect(await kinds()).toEqual([])

  await set(sql`status = 'authorized', settlement = 'pending'`)
  await db.execute(sql`
    INSERT INTO refund (id, payment_id, network, asset, "to", amount_base, status, reason, created_at)
    SELECT gen_random_uuid(), id, network, asset, payer, 1, 'due', 'test', created_at FROM payment WHERE id = ${await somePayment(seller)}::uuid`)
  expect(await kinds()).toEqual(['payment-without-outcome', 'settlement-unknown', 'refund-under-way'])
  await expect(closeMonth(ctx, scopeOf(seller), { month })).rejects.toMatchObject({
    code: 'month-not-final',
    message: expect.stringContaining('4 payments without an outcome. 4 payments whose settlement is unknown.'),
  })
  await set(sql`status = 'delivered', settlement = 'settled'`)
  await db.execute(sql`UPDATE refund SET status = 'paid' WHERE merchant_id = ${seller.merchantId}::uuid`)
  expect(await kinds()).toEqual([])
  expect(await kinds(new Date().toISOString().slice(0, 7))).toEqual(['month-running', 'earlier-month-open'])
  expect(await kinds('2026-05')).toEqual(['earlier-month-open'])
})

it('is for members with the permission, of this merchant, with a month', async () => {
  await expect(closeMonth(ctx, scopeOf(shop, 'viewer'), { month: '2026-05' })).rejects.toMatchObject({
    code: 'not-allowed',
  })
  await expect(closeMonth(ctx, scopeOf(shop, 'developer'), { month: '2026-05' })).rejects.toMatchObject({
    code: 'not-allowed',
  })
  await expect(closeMonth(ctx, scopeOf(shop), { month: '2026-13' })).rejects.toMatchObject({ code: 'bad-input' })
  await expect(exportSealedMonth(randomUUID(), month)).rejects.toMatchObject({ code: 'month-open' })
})

it('a month of 100,000 payments is read in pages, once to close it and once to write it', async () => {
  const large = await sellIn(100_000)
  await db.execute(sql`ANALYZE payment`)
  await db.execute(sql`ANALYZE transfer`)
  const entries = 200_000
  const pages = entries / 2_000
  const statements = await countStatements(() => closeMonth(ctx, scopeOf(large), { month }))
  expect(statements.filter((text) => text.includes('FROM transfer t WHERE'))).toHaveLength(pages + 2)
  expect(statements.length).toBeLessThan(pages + 20)
  await seal(large)
  const verifier = Verifier.create()
  let [largest, rest] = [0, '']
  for await (const piece of await exportSealedMonth(large.merchantId, month)) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    largest = Math.max(largest, lines.length)
    for (const line of lines) verifier.take(line)
  }
  expect(largest).toBe(2_000)
  expect(verifier.end()).toMatchObject({ ok: true, kind: 'closed month' })
})
