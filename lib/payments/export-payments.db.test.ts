import { beforeAll, expect, it } from 'vitest'
import { db, sql } from '@/lib/db'
import { countStatements } from '@/sandbox/testing/count-work'
import { insertChannel, insertSeller } from '@/sandbox/testing/channel-rows-fixture'
import { insertSold } from '@/sandbox/testing/sales-fixture'
import { exportPayments } from './export-payments'
import { listPayments } from './list-payments'

const payments = 100_000
const pageMax = 1_000
const fromMs = Date.parse('2026-03-01T00:00:00Z')
let seller: Awaited<ReturnType<typeof insertSeller>>
const reader = () => ({ operator: false, merchantId: seller.merchantId })

beforeAll(async () => {
  seller = await insertSeller()
  await insertSold(seller, { payments, fromMs, days: 31, payers: 50 })
  await db.execute(sql`ANALYZE payment`)
  await insertSold(await insertSeller(), { payments: 10, fromMs, days: 1, payers: 5 })
})

const lines = (text: string) => text.split(/\r?\n/).slice(0, -1)

async function readAsJson(pieces: AsyncGenerator<string>): Promise<Record<string, string | null>[]> {
  const rows = []
  for await (const piece of pieces) rows.push(...lines(piece).map((line) => JSON.parse(line)))
  return rows
}

it(`writes ${payments} rows with ${pageMax} of them in memory, and its sums are those of the rows`, async () => {
  let [rows, gross, largest] = [0, 0n, 0]
  for await (const piece of exportPayments(reader(), {}, 'jsonl')) {
    const read = lines(piece).map((line) => JSON.parse(line) as { gross_base_units: string })
    largest = Math.max(largest, read.length)
    rows += read.length
    for (const row of read) gross += BigInt(row.gross_base_units)
  }
  const [whole] = await db.query<{ base: bigint }>(sql`
    SELECT sum(amount_base) AS base FROM payment WHERE merchant_id = ${seller.merchantId}::uuid`)
  expect({ rows, gross }).toEqual({ rows: payments, gross: whole?.base })
  expect(largest).toBe(pageMax)
})

it('reads a page when the client takes it, and none after the client has left', async () => {
  const pieces = exportPayments(reader(), {}, 'csv')
  const statements = await countStatements(async () => {
    await pieces.next()
    await pieces.next()
    await pieces.next()
    await pieces.return(undefined)
    expect((await pieces.next()).done).toBe(true)
  })
  expect(statements).toHaveLength(2)
})

it('holds exactly the rows of the list with the same filter', async () => {
  const filter = { payer: `0x${'7'.padStart(40, '0')}`, from: '2026-03-05', to: '2026-03-07' }
  const page = await listPayments(reader(), filter, { size: 100 })
  const rows = await readAsJson(exportPayments(reader(), filter, 'jsonl'))
  expect(rows.length).toBe(page.total)
  expect(rows.slice(0, 100).map(({ id }) => id)).toEqual(page.rows.map(({ id }) => id))
})

it('tells gross, refunds and net in decimals and base units, sessions too, and runs no formula of a name', async () => {
  const one = await insertSeller()
  await insertSold(one, { payments: 1, fromMs, days: 1, payers: 1 })
  const channel = await insertChannel(one)
  await db.execute(
    sql`UPDATE channel SET accepted_base = 50, accepted_signature = '0x', spent_base = 30, settled_base = 10 WHERE id = ${channel}`,
  )
  await db.execute(sql`
    INSERT INTO payer_note (merchant_id, wallet, label, updated_by)
    SELECT merchant_id, payer, '=HYPERLINK("x")', 'test' FROM payment WHERE merchant_id = ${one.merchantId}::uuid`)
  await db.execute(sql`
    INSERT INTO refund (id, payment_id, network, asset, "to", amount_base, status, reason)
    SELECT gen_random_uuid(), id, network, asset, payer, 4000, 'paid', 'test' FROM payment
    WHERE merchant_id = ${one.merchantId}::uuid`)
  const reads = { operator: false, merchantId: one.merchantId }
  const rows = await readAsJson(exportPayments(reads, {}, 'jsonl'))
  expect(rows).toMatchObject([
    {
      kind: 'session',
      gross_base_units: '30',
      settled_base_units: '10',
      refunded_base_units: '0',
      net_base_units: '30',
    },
    {
      kind: 'payment',
      gross: '0.01',
      gross_base_units: '10000',
      refunded: '0.004',
      refunded_base_units: '4000',
      net: '0.006',
      net_base_units: '6000',
      settled_base_units: '10000',
      network: 'eip155:84532',
      token: 'USDC',
      decimals: '6',
      payer_name: '=HYPERLINK("x")',
      created_at: '2026-03-01T00:00:00.000Z',
    },
  ])
  const csv: string[] = []
  for await (const piece of exportPayments(reads, {}, 'csv')) csv.push(piece)
  expect(csv.join('')).toContain(`"'=HYPERLINK(""x"")"`)
})
