import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { db, sql, withTransaction } from '@/lib/db'
import { evmNetwork, usdc } from '@/sandbox/evm'
import { asset, insertChannel, insertSeller, network } from '@/sandbox/testing/channel-rows-fixture'
import { foldSales } from './fold-sales'

/** The sums of hours and payers always equal the rows of sales, whatever happens to a sale and whenever they are folded. */

type Seller = Awaited<ReturnType<typeof insertSeller>>
const payers = [`0x${'a'.repeat(40)}`, `0x${'b'.repeat(40)}`]

async function insertPayment(
  { merchantId, resourceId }: Seller,
  { payer = 0, hour = 0, origin = 'gateway' } = {},
): Promise<string> {
  const id = randomUUID()
  await db.execute(sql`
    INSERT INTO payment (id, origin, merchant_id, resource_id, protocol, scheme, wire, network, asset, payer, pay_to, amount_base, claim_key,
      fingerprint, request, quote_id, quoted_at, settle_when, status, challenge, credential, instrument, created_at)
    VALUES (${id}::uuid, ${origin}, ${merchantId}::uuid, ${origin === 'gateway' ? resourceId : null}::uuid, 'x402', 'upto', 'x402 v2',
      ${evmNetwork}, ${usdc.toLowerCase()}, ${payers[payer]}, '0x9', 10000, ${id}, '\\x00', '{}', 'q', now(), 'after', 'authorized',
      '{}', '{}', '{}', now() - make_interval(hours => ${hour}::int))`)
  return id
}

const setStatus = (id: string, status: string) =>
  db.execute(sql`UPDATE payment SET status = ${status}::payment_status WHERE id = ${id}::uuid`)

/** Both sides as text, from one snapshot each: the totals of the rows, and the sums. */
async function compare({ merchantId }: Seller) {
  const read = async (statement: ReturnType<typeof sql>) =>
    (await db.query(statement)).map((row) =>
      JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
    )
  const mine = sql`merchant_id = ${merchantId}::uuid`
  const hours = await read(sql`
    SELECT hour, resource_id, network, asset, sum(sold)::int8 AS sold, sum(answered)::int8 AS answered, sum(base) AS base FROM (
      SELECT date_trunc('hour', created_at, 'UTC') AS hour, resource_id, network, asset, 1 AS sold, 1 AS answered, amount_base AS base
      FROM payment WHERE ${mine} AND origin = 'gateway' AND status = 'delivered'
      UNION ALL
      SELECT date_trunc('hour', v.at, 'UTC'), v.resource_id, c.network, c.asset, 1, 0, v.charged_base
      FROM voucher v JOIN channel c ON c.id = v.channel_id WHERE c.merchant_id = ${merchantId}::uuid AND v.charged_base > 0
      UNION ALL
      SELECT date_trunc('hour', created_at, 'UTC'), resource_id, network, asset, 0, 1, 0 FROM channel WHERE ${mine} AND spent_base > 0) raw
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`)
  const summed = await read(sql`
    SELECT hour, resource_id, network, asset, sum(sold)::int8 AS sold, sum(answered)::int8 AS answered, sum(base) AS base FROM sale
    WHERE ${mine} GROUP BY 1, 2, 3, 4 HAVING sum(sold) <> 0 OR sum(answered) <> 0 OR sum(base) <> 0 ORDER BY 1, 2, 3, 4`)
  const payments = await read(sql`
    SELECT payer, count(*)::int8 AS calls, count(*) FILTER (WHERE status IN ('voided', 'refund_due', 'refunded'))::int8 AS failed,
      coalesce(sum(amount_base) FILTER (WHERE status = 'delivered'), 0) AS base, min(created_at) AS first, max(created_at) AS last
    FROM payment WHERE ${mine} AND origin = 'gateway' GROUP BY 1 ORDER BY 1`)
  const known = await read(sql`
    SELECT payer, calls::int8, failed::int8, base, first_at AS first, last_at AS last FROM payer_sale WHERE ${mine} ORDER BY 1`)
  return { rows: { hours, payments }, sums: { hours: summed, payments: known } }
}

/** The sums that differ from the totals of the rows. */
async function wrongIn(seller: Seller): Promise<object[]> {
  const { rows, sums } = await compare(seller)
  return JSON.stringify(rows) === JSON.stringify(sums) ? [] : [rows, sums]
}

const step = fc.oneof(
  fc.record({ do: fc.constant('pay' as const), payer: fc.nat(1), hour: fc.nat(30) }),
  fc.record({
    do: fc.constant('status' as const),
    of: fc.nat(),
    to: fc.constantFrom('delivered', 'voided', 'refund_due', 'refunded'),
  }),
  fc.record({ do: fc.constant('capture' as const), of: fc.nat(), base: fc.nat(20_000) }),
  fc.record({ do: fc.constant('voucher' as const), cumulative: fc.nat(3), charged: fc.nat(300), other: fc.boolean() }),
  fc.record({ do: fc.constant('give back' as const), cumulative: fc.nat(3) }),
  fc.record({ do: fc.constant('spend' as const), spent: fc.nat(2) }),
  fc.record({ do: fc.constant('fold' as const) }),
)

describe('the sums of sales', () => {
  it('are what the rows come to after whatever happens, before and after they are folded', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const seller = await insertSeller()
        const channel = await insertChannel(seller)
        const ids = [await insertPayment(seller), await insertPayment(seller, { origin: 'facilitator' })]
        const idOf = (of: number) => ids[of % ids.length] ?? ''
        for (const one of steps) {
          if (one.do === 'pay') ids.push(await insertPayment(seller, one))
          if (one.do === 'status') await setStatus(idOf(one.of), one.to)
          if (one.do === 'capture')
            await db.execute(
              sql`UPDATE payment SET amount_base = ${one.base} WHERE id = ${idOf(one.of)}::uuid AND ${one.base} > 0`,
            )
          if (one.do === 'voucher')
            await db.execute(sql`
              INSERT INTO voucher (channel_id, cumulative_base, signature, charged_base, units, resource_id)
              VALUES (${channel}, ${(one.cumulative + 1) * 1000}, '\\x00', ${one.charged}, 1, ${one.other ? randomUUID() : seller.resourceId}::uuid)
              ON CONFLICT (channel_id, cumulative_base) DO UPDATE SET charged_base = voucher.charged_base + EXCLUDED.charged_base,
                resource_id = EXCLUDED.resource_id`)
          if (one.do === 'give back')
            await db.execute(sql`
              UPDATE voucher SET charged_base = 0, failures = failures + 1
              WHERE channel_id = ${channel} AND cumulative_base = ${(one.cumulative + 1) * 1000}`)
          if (one.do === 'spend')
            await withTransaction(async (tx) => {
              await tx.query(sql`SELECT set_config('sluice.giving_back', 'on', true)`)
              await tx.execute(
                sql`UPDATE channel SET accepted_base = 5, accepted_signature = '\\x00', spent_base = ${one.spent} WHERE id = ${channel} AND accepted_base <= 5`,
              )
            })
          if (one.do === 'fold') await foldSales()
        }
        expect(await wrongIn(seller)).toEqual([])
        await foldSales()
        expect(await wrongIn(seller)).toEqual([])
        const [left] = await db.query<{ left: number }>(sql`SELECT count(*)::int AS left FROM sale_delta`)
        expect(left?.left).toBe(0)
      }),
      { numRuns: 15 },
    )
  })

  it('count nothing that was rolled back', async () => {
    const seller = await insertSeller()
    const id = await insertPayment(seller)
    await expect(
      withTransaction(async (tx) => {
        await tx.execute(sql`UPDATE payment SET status = 'delivered' WHERE id = ${id}::uuid`)
        throw new Error('the process dies')
      }),
    ).rejects.toThrow('the process dies')
    expect(await wrongIn(seller)).toEqual([])
  })

  it('are folded once by many at the same moment, while sales go on', async () => {
    const seller = await insertSeller()
    const ids = await Promise.all(Array.from({ length: 12 }, () => insertPayment(seller)))
    await Promise.all([...ids.map((id) => setStatus(id, 'delivered')), foldSales(), foldSales(), foldSales()])
    await Promise.all([foldSales(), ...ids.slice(0, 4).map((id) => setStatus(id, 'refund_due')), foldSales()])
    expect(await wrongIn(seller)).toEqual([])
    await foldSales()
    expect(await wrongIn(seller)).toEqual([])
  })

  it('hold no sale up: one that is not committed keeps no other of the same hour and payer waiting', async () => {
    const seller = await insertSeller()
    const [first, second] = [await insertPayment(seller), await insertPayment(seller)]
    await withTransaction(async (tx) => {
      await tx.execute(sql`UPDATE payment SET status = 'delivered' WHERE id = ${first}::uuid`)
      // On another connection: the two transactions would wait for each other.
      await setStatus(second, 'delivered')
      await foldSales()
    })
    expect(await wrongIn(seller)).toEqual([])
  })

  it('are put right by adding everything up again, and by nothing when they are right', async () => {
    const seller = await insertSeller()
    const id = await insertPayment(seller)
    await setStatus(id, 'delivered')
    await foldSales()
    await db.execute(
      sql`UPDATE sale_hour SET base = base + 7, sold = sold - 1 WHERE merchant_id = ${seller.merchantId}::uuid`,
    )
    await db.execute(sql`DELETE FROM payer_sum WHERE merchant_id = ${seller.merchantId}::uuid`)
    const wrong = () =>
      db.query<{ merchant: string; sums: bigint }>(
        sql`SELECT merchant, sum(sums)::int8 AS sums FROM sale_correct() GROUP BY 1`,
      )
    expect((await wrong()).filter(({ merchant }) => merchant === seller.merchantId)).toEqual([
      { merchant: seller.merchantId, sums: 2n },
    ])
    expect(await wrongIn(seller)).toEqual([])
    expect(await wrong()).toEqual([])
  })

  it('count a voucher whose resource is not known', async () => {
    const seller = await insertSeller()
    const channel = await insertChannel(seller)
    await db.execute(sql`
      INSERT INTO voucher (channel_id, cumulative_base, signature, charged_base, units) VALUES (${channel}, 9, '\\x00', 9, 1)`)
    const [row] = await db.query<{ network: string; asset: string; base: bigint }>(
      sql`SELECT network, asset, base FROM sale WHERE merchant_id = ${seller.merchantId}::uuid`,
    )
    expect(row).toEqual({ network, asset, base: 9n })
  })
})
