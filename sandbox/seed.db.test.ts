import { describe, expect, it } from 'vitest'
import { db, sql } from '@/lib/db'
import { env } from '@/lib/env'
import { findPolicy } from '@/lib/channels'
import { closeResourceCache, loadMerchantResources } from '@/lib/merchants'
import { samplePaths, seed, slug } from '../prisma/seed'

const payTo = '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65'
const options = {
  databaseUrl: env.DATABASE_URL,
  upstreamUrl: 'http://127.0.0.1:9',
  payTo: { 'eip155:84532': payTo, 'eip155:1337': payTo },
  operator: payTo,
}

async function sample(name: keyof typeof samplePaths) {
  await closeResourceCache()
  const found = await loadMerchantResources(slug)
  await closeResourceCache()
  const resource = found?.resources.find(({ path }) => path === samplePaths[name])
  return { ...resource, networks: resource?.payouts.map(({ network }) => network) }
}

const events = async () => (await db.query<{ count: bigint }>(sql`SELECT count(*) AS count FROM audit_event`))[0]?.count

describe('the demo’s seed', () => {
  it('sells by sessions, and settles them lively', async () => {
    await seed(options)
    expect(await sample('session')).toMatchObject({
      priceMicros: 1_000n,
      session: true,
      meter: 'request',
      unitType: 'request',
      networks: ['eip155:1337', 'eip155:84532'],
    })
    expect(await sample('stream')).toMatchObject({
      priceMicros: 1_000n,
      session: true,
      streaming: true,
      meter: 'event',
      unitType: 'event',
      networks: ['eip155:1337'],
    })
    expect(await sample('fixed')).toMatchObject({ session: false, networks: ['eip155:1337', 'eip155:84532'] })
    const policy = await findPolicy((await sample('fixed')).merchantId ?? '', 'eip155:1337')
    expect(policy.schedule).toMatchObject({
      units: 200,
      amountMicros: 250_000n,
      intervalMs: 30_000,
      idleCloseMs: 600_000,
    })
  })

  it('changes nothing when it comes again', async () => {
    await seed(options)
    const before = await events()
    await seed(options)
    expect(await events()).toBe(before)
  })

  it('brings a sample up to date that is older than sessions, unless somebody edited it', async () => {
    await seed(options)
    const age = (revision: number) =>
      db.execute(sql`UPDATE resource SET session = false, meter = 'request', price_micros = 5000, revision = ${revision}
        WHERE path = ${samplePaths.stream}`)
    await age(1)
    await seed(options)
    expect(await sample('stream')).toMatchObject({ session: true, meter: 'event', priceMicros: 1_000n, revision: 2 })
    await age(2)
    await seed(options)
    expect(await sample('stream')).toMatchObject({ session: false, priceMicros: 5_000n, revision: 2 })
  })
})
