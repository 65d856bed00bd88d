import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Sealed from '../sealed'
import { db, pool, sql, withTransaction } from '@/lib/db'
import { closeResourceCache, findPrices, loadMerchantResources, notifyResourceChanged } from '.'

const merchantId = randomUUID()
const resourceId = randomUUID()
const payTo = '0x1111111111111111111111111111111111111111'

const waitFor = (check: () => Promise<boolean> | boolean) => expect.poll(check).toBe(true)

async function price(): Promise<bigint | undefined> {
  return (await loadMerchantResources('acme'))?.resources[0]?.priceMicros
}

async function listeners(): Promise<number> {
  const rows = await db.query<{ pid: number }>(
    sql`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'sluice listen%'`,
  )
  return rows.length
}

/** The cache listens now: it keeps what it loaded. */
async function isListening(): Promise<void> {
  await waitFor(async () => {
    const first = await loadMerchantResources('acme')
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    return first === (await loadMerchantResources('acme'))
  })
}

beforeAll(async () => {
  await withTransaction(async (tx) => {
    await tx.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${merchantId}::uuid, 'acme', 'Acme')`)
    await tx.execute(sql`INSERT INTO resource (id, merchant_id, method, path, name, upstream_url, price_micros)
      VALUES (${resourceId}::uuid, ${merchantId}::uuid, 'GET', '/a', 'A', 'https://up.example/a', ${10_000n})`)
    await tx.execute(sql`INSERT INTO resource_payout (resource_id, network, pay_to)
      VALUES (${resourceId}::uuid, 'eip155:84532', ${payTo}), (${resourceId}::uuid, 'eip155:1337', ${payTo})`)
    await tx.execute(sql`INSERT INTO resource_header (resource_id, name, sealed, last4)
      VALUES (${resourceId}::uuid, 'x-api-key',
        ${Buffer.from(Sealed.seal('s'.repeat(200), Sealed.headerContext(resourceId, 'x-api-key')))}, 'ssss')`)
  })
})

afterAll(closeResourceCache)

describe('loadMerchantResources', () => {
  it('brings a resource with its payouts and a header that opens', async () => {
    const found = await loadMerchantResources('acme')
    expect(found?.merchantId).toBe(merchantId)
    expect(found?.resources).toHaveLength(1)
    const [resource] = found!.resources
    expect(resource).toMatchObject({ id: resourceId, method: 'GET', priceMicros: 10_000n, status: 'live', revision: 1 })
    expect(resource!.settle).toBeNull()
    expect(resource!.payouts.map(({ network }) => network)).toEqual(['eip155:84532', 'eip155:1337'])
    const [header] = resource!.headers
    expect(Sealed.open(header!.sealed, Sealed.headerContext(resourceId, 'x-api-key'))).toBe('s'.repeat(200))
  })

  it('knows no merchant of another name', async () => {
    expect(await loadMerchantResources('unknown')).toBeUndefined()
    expect(await loadMerchantResources('ACME')).toBeUndefined()
  })

  it('keeps what it loaded, until the notification of a committed change', async () => {
    await isListening()
    const first = await loadMerchantResources('acme')
    await db.execute(sql`UPDATE resource SET price_micros = 20000 WHERE id = ${resourceId}::uuid`)
    expect(await loadMerchantResources('acme')).toBe(first)

    await withTransaction((tx) => notifyResourceChanged(tx, 'other'))
    await withTransaction(async (tx) => {
      await notifyResourceChanged(tx, 'acme')
      throw new Error('rolled back')
    }).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await loadMerchantResources('acme')).toBe(first)

    await withTransaction((tx) => notifyResourceChanged(tx, 'acme'))
    await waitFor(async () => (await price()) === 20_000n)
  })

  it('sees a change within a second while its listening connection is down, and listens again', async () => {
    await isListening()
    await pool().query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name LIKE 'sluice listen%'`,
    )
    await db.execute(sql`UPDATE resource SET price_micros = 30000 WHERE id = ${resourceId}::uuid`)
    const startedMs = Date.now()
    await waitFor(async () => (await price()) === 30_000n)
    // Without the second look it would be kept for a minute.
    expect(Date.now() - startedMs).toBeLessThan(30_000)

    await waitFor(async () => (await listeners()) === 1)
    await isListening()
    await db.execute(sql`UPDATE resource SET price_micros = 40000 WHERE id = ${resourceId}::uuid`)
    await withTransaction((tx) => notifyResourceChanged(tx, 'acme'))
    await waitFor(async () => (await price()) === 40_000n)
  })

  it('asks the database once for many who ask at once', async () => {
    const [a, b] = [loadMerchantResources('acme'), loadMerchantResources('acme')]
    expect(await a).toBe(await b)
  })
})

describe('findPrices', () => {
  it('brings the prices that were current since then', async () => {
    const now = Date.now()
    const at = (ms: number) => new Date(now + ms)
    const insert = (revision: number, micros: bigint, from: Date, until: Date | null) =>
      db.execute(sql`INSERT INTO resource_price (resource_id, revision, price_micros, pay_to, valid_from, valid_until)
        VALUES (${resourceId}::uuid, ${revision}, ${micros}, ${JSON.stringify({ 'eip155:84532': payTo })}::jsonb,
          ${from}, ${until})`)
    await insert(1, 10_000n, at(-900_000), at(-600_000))
    await insert(2, 20_000n, at(-600_000), at(-200_000))
    await insert(3, 30_000n, at(-200_000), null)

    const rows = await findPrices(resourceId, now - 300_000)
    expect(rows.map(({ revision, priceMicros }) => [revision, priceMicros])).toEqual([
      [3, 30_000n],
      [2, 20_000n],
    ])
    expect(rows[1]?.validUntilMs).toBe(at(-200_000).getTime())
    expect(rows[0]).toMatchObject({ validUntilMs: null, payouts: [{ network: 'eip155:84532', payTo }] })
    expect(await findPrices(randomUUID(), 0)).toEqual([])
  })
})
