import { randomUUID } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import { db, sql } from '@/lib/db'
import { accept, insertSeller, network, offer, asset } from '@/sandbox/testing/payment-fixture'
import { sumGas } from './sum-gas'

let merchantId: string
const [from, to] = [new Date('2026-11-01T00:00:00Z'), new Date('2026-12-01T00:00:00Z')]
const feeBase = 60_000n * 10n ** 9n

/** A batch with payments of the merchant, and others in the same transaction. */
async function settle(at: string, own: number, of: number, form = 'aggregate'): Promise<void> {
  const [batchId, transactionId] = [randomUUID(), randomUUID()]
  await db.execute(sql`
    INSERT INTO transaction (id, network, kind, signer, purpose, status, gas_used, gas_price)
    VALUES (${transactionId}::uuid, ${network}, 'call', '0xs', 'settlement', 'final', 60000, 1000000000)`)
  await db.execute(sql`
    INSERT INTO settlement_batch (id, network, asset, form, status, transaction_id, size, amount_base, created_at)
    VALUES (${batchId}::uuid, ${network}, ${asset}, ${form}, 'applied', ${transactionId}::uuid, ${of}, 1, ${at}::timestamptz)`)
  for (let index = 0; index < own; index++) {
    const payment = await accept(offer())
    merchantId = payment.merchantId
    await db.execute(sql`UPDATE payment SET batch_id = ${batchId}::uuid WHERE id = ${payment.id}::uuid`)
  }
}

beforeAll(async () => {
  await insertSeller()
  await settle('2026-11-10T10:20:00Z', 1, 4)
  await settle('2026-11-10T10:50:00Z', 2, 2)
  // Signed by its payer: its gas is not ours.
  await settle('2026-11-10T10:55:00Z', 1, 1, 'raw')
  // No price is known of that time.
  await settle('2026-11-20T10:00:00Z', 1, 1)
  await settle('2026-12-01T00:00:00Z', 1, 1)
  await db.execute(sql`INSERT INTO coin_price VALUES ('ETH', '2026-11-10T10:30:00Z', 3200000000, 'x')`)
})

it('adds up the share of each batch, in the coin and by the price of its time; what has no price is counted', async () => {
  const sums = await sumGas({ operator: false, merchantId }, from, to)
  expect(sums).toEqual([
    {
      network,
      transactions: 3,
      feeBase: feeBase / 4n + feeBase + feeBase,
      // 0.000075 ETH at $3,200.
      micros: 240_000n,
      unpriced: 1,
    },
  ])
})

it('is the whole fee for an operator, and nothing for another merchant', async () => {
  expect(await sumGas({ operator: true, merchantId }, from, to)).toMatchObject([{ feeBase: 3n * feeBase }])
  expect(await sumGas({ operator: false, merchantId: randomUUID() }, from, to)).toEqual([])
})
