import { beforeAll, expect, it } from 'vitest'
import type { MemberScope } from '@/lib/auth'
import { createCtx } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { insertSeller } from '@/sandbox/testing/channel-rows-fixture'
import { insertSold } from '@/sandbox/testing/sales-fixture'
import { getPayer } from './get-payer'
import { importNotes } from './import-notes'
import { listPayers } from './list-payers'

const ctx = createCtx({ kind: 'member', id: `0x${'aa'.repeat(20)}` })
const [one, two] = [`0x${'1'.repeat(40)}`, `0x${'2'.repeat(40)}`]
let scope: MemberScope.MemberScope

beforeAll(async () => {
  const { merchantId } = await insertSeller()
  scope = { address: `0x${'aa'.repeat(20)}`, merchantId, operator: false, role: 'finance' }
})

const noteOf = async (wallet: string) => {
  const { label, country, vatId } = await getPayer(scope.merchantId, wallet)
  return [label, country, vatId]
}

it('sets names, countries and VAT ids; an empty cell leaves the value', async () => {
  expect(
    await importNotes(ctx, scope, `wallet;name;country;vat\n${one};Acme, Research;de;DE123456789\n${two};Other`),
  ).toBe(2)
  expect(await noteOf(one)).toEqual(['Acme, Research', 'DE', 'DE123456789'])
  expect(await noteOf(two)).toEqual(['Other', '', ''])
  expect(await importNotes(ctx, scope, `${one},,FR\n${two.toUpperCase().replace('X', 'x')},Other`)).toBe(1)
  expect(await noteOf(one)).toEqual(['Acme, Research', 'FR', 'DE123456789'])
  const events = await db.query<{ count: bigint }>(sql`
    SELECT count(*) AS count FROM audit_event WHERE type = 'payer.noted' AND merchant_id = ${scope.merchantId}::uuid`)
  expect(events).toEqual([{ count: 3n }])
})

it('names the line of every error, and then writes nothing', async () => {
  const wallet = `0x${'3'.repeat(40)}`
  const text = `${wallet},New\n0x12,Short\n${wallet},Twice\n${one},Name,Germany\n${two},a,DE,DE1,more`
  await expect(importNotes(ctx, scope, text)).rejects.toMatchObject({
    code: 'bad-input',
    fields: [
      {
        field: 'text',
        message:
          'Line 2: “0x12” is no wallet address.\nLine 3: the wallet is on line 1 too.\n' +
          'Line 4: Write the two letters of the country, such as DE.\n' +
          'Line 5: it has 5 cells. Write wallet, name, country and VAT id.',
      },
    ],
  })
  expect(await noteOf(wallet)).toEqual(['', '', ''])
  await expect(importNotes(ctx, scope, 'wallet,name')).rejects.toMatchObject({ code: 'bad-input' })
  await expect(importNotes(ctx, { ...scope, role: 'viewer' }, `${wallet},x`)).rejects.toMatchObject({
    code: 'not-allowed',
  })
})

it('lists payers both ways, and those that are silent for a week', async () => {
  const seller = await insertSeller()
  const dayMs = 86_400_000
  await insertSold(seller, { payments: 3, fromMs: Date.now() - 20 * dayMs, days: 1, payers: 3 })
  await db.execute(sql`
    UPDATE payment SET created_at = now(), amount_base = 90000
    WHERE merchant_id = ${seller.merchantId}::uuid AND payer = ${`0x${'1'.padStart(40, '0')}`}`)
  const list = async (filter: Parameters<typeof listPayers>[1]) =>
    (await listPayers(seller.merchantId, filter, { size: 25 })).rows.map(({ wallet }) => wallet.slice(-1))
  expect(await list({ sort: 'recent' })).toEqual(['1', '2', '0'])
  expect(await list({ sort: 'recent', order: 'asc' })).toEqual(['0', '2', '1'])
  expect(await list({ silent: '7', sort: 'recent' })).toEqual(['2', '0'])
  expect(await list({ silent: '30' })).toEqual([])
})
