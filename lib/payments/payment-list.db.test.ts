import { beforeAll, describe, expect, it } from 'vitest'
import type { MemberScope } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { insertChannel, insertSeller } from '@/sandbox/testing/channel-rows-fixture'
import { insertSold } from '@/sandbox/testing/sales-fixture'
import { countTabs } from './count-tabs'
import { exportPayments } from './export-payments'
import { findNote } from './find-note'
import { listPayments } from './list-payments'
import { notePayments } from './note-payments'
import { sumPayments } from './sum-payments'

/** The merchant's list: its order, its tabs, its totals, labels and notes. */

const ctx = createCtx({ kind: 'member', id: `0x${'aa'.repeat(20)}` })
const payments = 60
let scope: MemberScope.MemberScope
let channel: string

beforeAll(async () => {
  const seller = await insertSeller()
  scope = { address: `0x${'aa'.repeat(20)}`, merchantId: seller.merchantId, operator: false, role: 'finance' }
  await insertSold(seller, { payments, fromMs: Date.now() - 86_400_000, days: 1, payers: 4 })
  channel = await insertChannel(seller)
  await db.execute(sql`
    UPDATE channel SET accepted_base = 500, accepted_signature = '0x', spent_base = 300 WHERE id = ${channel}`)
  const set = (change: ReturnType<typeof sql>, first: number, last: number) =>
    db.execute(sql`
      UPDATE payment SET ${change} WHERE id IN (
        SELECT id FROM payment WHERE merchant_id = ${seller.merchantId}::uuid ORDER BY created_at, id OFFSET ${first} LIMIT ${last - first})`)
  await set(sql`status = 'voided', settlement = 'none'`, 0, 5)
  await set(sql`status = 'refund_due'`, 5, 8)
  await set(sql`settlement = 'pending'`, 8, 10)
})

const walk = async (order: 'asc' | 'desc') => {
  const ids: string[] = []
  let page = await listPayments(scope, {}, { size: 25 }, { order })
  for (;;) {
    ids.push(...page.rows.map(({ id }) => id))
    if (page.older === undefined) return ids
    const [atMs, id] = JSON.parse(Buffer.from(page.older, 'base64url').toString()) as [number, string]
    page = await listPayments(scope, {}, { size: 25, after: { atMs, id } }, { order })
  }
}

it('lists oldest first as the reverse of newest first, page by page and back', async () => {
  const newest = await walk('desc')
  expect(newest).toHaveLength(payments + 1)
  expect(await walk('asc')).toEqual(newest.toReversed())
  const first = await listPayments(scope, {}, { size: 25 }, { order: 'asc' })
  const decode = (cursor = '') => {
    const [atMs, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [number, string]
    return { atMs, id }
  }
  const second = await listPayments(scope, {}, { size: 25, after: decode(first.older) }, { order: 'asc' })
  const back = await listPayments(scope, {}, { size: 25, before: decode(second.newer) }, { order: 'asc' })
  expect(back.rows).toEqual(first.rows)
  expect(first.newer).toBeUndefined()
})

it('counts each tab with the rest of the filter', async () => {
  expect(await countTabs(scope, {})).toEqual({
    all: payments + 1,
    succeeded: payments - 8,
    unknown: 2,
    'not-charged': 5,
    refunded: 3,
    sessions: 1,
  })
  const { all, sessions } = await countTabs(scope, { payer: `0x${'1'.padStart(40, '0')}`, status: ['voided'] })
  expect({ all, sessions }).toEqual({ all: payments / 4, sessions: 0 })
  expect((await listPayments(scope, { kind: 'session' }, { size: 25 })).total).toBe(1)
})

it('adds up what the filter leaves, as the export does', async () => {
  const { tokens, isCapped } = await sumPayments(scope, {})
  expect(isCapped).toBe(false)
  let [gross, refunds] = [0n, 0n]
  for await (const piece of exportPayments(scope, {}, 'jsonl'))
    for (const line of piece.split('\n').slice(0, -1)) {
      const row = JSON.parse(line) as Record<string, string>
      if (row['kind'] === 'payment') gross += BigInt(row['gross_base_units'] ?? 0)
      if (row['status'] === 'refund_due') refunds += BigInt(row['amount_base_units'] ?? 0)
    }
  expect(tokens).toHaveLength(2)
  expect(tokens.find(({ grossBase }) => grossBase === '300')).toMatchObject({ refundsBase: '0', netBase: '300' })
  expect(tokens.find(({ grossBase }) => grossBase !== '300')).toMatchObject({
    grossBase: gross.toString(),
    refundsBase: refunds.toString(),
    netBase: (gross - refunds).toString(),
  })
  expect((await sumPayments(scope, { status: ['voided'] })).tokens[0]?.grossBase).toBe('0')
})

describe('labels and notes', () => {
  it('label several at once, keep what is left out, and filter the list and the export', async () => {
    const [one, two] = (await listPayments(scope, { kind: 'payment' }, { size: 25 })).rows.map(({ id }) => id)
    if (!one || !two) throw new Error('there are no payments')
    expect(await notePayments(ctx, scope, [one, two, channel], { label: 'Promo' })).toBe(3)
    expect(await notePayments(ctx, scope, [one], { note: 'Asked by mail' })).toBe(1)
    expect(await notePayments(ctx, scope, [one, two], { label: 'Promo' })).toBe(0)
    expect(await findNote(scope, one)).toEqual({ label: 'Promo', note: 'Asked by mail' })
    const page = await listPayments(scope, { label: 'Promo' }, { size: 25 })
    expect(page.rows.map(({ id, label }) => [id, label])).toEqual(
      expect.arrayContaining([one, two, channel].map((id) => [id, 'Promo'])),
    )
    expect(page.total).toBe(3)
    let text = ''
    for await (const piece of exportPayments(scope, { ids: [one, channel] }, 'csv')) text += piece
    expect(text.split('\r\n').filter((line) => line.includes('Promo'))).toHaveLength(2)
    const events = await db.query(sql`
      SELECT FROM audit_event WHERE type = 'books.payment_noted' AND merchant_id = ${scope.merchantId}::uuid`)
    expect(events).toHaveLength(4)
  })

  it('are the merchant’s own, and need the permission', async () => {
    const other = { ...scope, merchantId: (await insertSeller()).merchantId }
    const [row] = (await listPayments(scope, {}, { size: 25 })).rows
    const id = row?.id ?? ''
    await expect(notePayments(ctx, other, [id], { label: 'x' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(notePayments(ctx, { ...scope, role: 'viewer' }, [id], { label: 'x' })).rejects.toMatchObject({
      code: 'not-allowed',
    })
    await expect(notePayments(ctx, scope, [id], { label: 'x'.repeat(41) })).rejects.toMatchObject({ code: 'bad-input' })
    await expect(notePayments(ctx, scope, [], { label: 'x' })).rejects.toMatchObject({ code: 'bad-input' })
    expect((await listPayments(other, { label: 'Promo' }, { size: 25 })).rows).toEqual([])
  })
})
