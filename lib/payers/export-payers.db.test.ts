import { expect, it } from 'vitest'
import { db, sql } from '@/lib/db'
import { insertSeller } from '@/sandbox/testing/channel-rows-fixture'
import { insertSold } from '@/sandbox/testing/sales-fixture'
import { exportPayers } from './export-payers'

const payers = 12_000

it(`writes ${payers} payers, each once, and only those that the filter leaves`, async () => {
  const seller = await insertSeller()
  await insertSold(seller, { payments: payers + 3, fromMs: Date.parse('2026-03-01T00:00:00Z'), days: 31, payers })
  await db.execute(sql`
    INSERT INTO payer_note (merchant_id, wallet, label, updated_by) VALUES
      (${seller.merchantId}::uuid, ${`0x${'0'.repeat(40)}`}, '=1+1', 'test'), (${seller.merchantId}::uuid, 'zzz', 'Never paid', 'test')`)
  const rows: Record<string, string | null>[] = []
  for await (const piece of exportPayers(seller.merchantId, {}, 'jsonl'))
    rows.push(
      ...piece
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    )
  expect(new Set(rows.map(({ payer }) => payer)).size).toBe(payers + 1)
  expect(rows).toHaveLength(payers + 1)
  expect(rows.reduce((sum, row) => sum + Number(row['calls']), 0)).toBe(payers + 3)
  expect(rows[0]).toMatchObject({ payer_name: '=1+1', calls: '2', protocols: 'x402' })

  const named: string[] = []
  for await (const piece of exportPayers(seller.merchantId, { q: '=1' }, 'csv')) named.push(piece)
  expect(named.join('').split('\r\n')).toHaveLength(3)
  expect(named.join('')).toContain(`"'=1+1"`)
})
