import { beforeAll, expect, test, vi } from 'vitest'
import { db, pool, sql } from '@/lib/db'
import { evmNetwork, usdc } from '@/sandbox/evm'
import { insertSeller } from '@/sandbox/testing/channel-rows-fixture'
import { insertSold } from '@/sandbox/testing/sales-fixture'
import { findPaymentStatus, PaymentKey } from '.'

const payer = `0x${'0'.repeat(40)}`
const hash = `0x${'ab'.repeat(32)}`
const nonce = `0x${'cd'.repeat(32)}`

beforeAll(async () => {
  const seller = await insertSeller()
  // All payments come from two payers, so an index by payer is no shortcut either.
  await insertSold(seller, { payments: 20_000, fromMs: 0, days: 1, payers: 2 })
  await db.execute(sql`
    UPDATE payment SET claim_key = ${`eip3009|${evmNetwork}|${usdc}|${payer}|${nonce}`.toLowerCase()}, tx_hash = ${hash}, log_index = 1
    WHERE id = (SELECT id FROM payment WHERE payer = ${payer} LIMIT 1)`)
  await db.execute(sql`ANALYZE payment`)
  await db.execute(sql`ANALYZE attempt`)
})

test.each([
  ['a hash that carried one', hash, undefined, 1],
  ['a hash that carried one of this payer', hash, payer, 1],
  ['a hash that carried none', `0x${'ef'.repeat(32)}`, undefined, undefined],
  ['a nonce that its payer signed', nonce, payer, 1],
  ['a nonce that its payer did not sign', `0x${'ef'.repeat(32)}`, payer, undefined],
])('%s is looked up without reading the table', async (_, text, of, count) => {
  const query = vi.spyOn(pool(), 'query')
  const found = await findPaymentStatus(PaymentKey.parse(text, { payer: of }))
  const [asked] = query.mock.calls[0] as unknown as [{ text: string; values: unknown[] }]
  query.mockRestore()
  expect(found?.kind === 'several' ? found.payments.length : undefined).toBe(count)
  const { rows } = await pool().query<{ 'QUERY PLAN': string }>(`EXPLAIN ${asked.text}`, asked.values)
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  expect(plan).not.toMatch(/Seq Scan on payment/)
  // Nor all payments of a busy payer.
  expect(plan).not.toMatch(/payment_payer/)
})
