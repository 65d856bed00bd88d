import { describe, expect, it } from 'vitest'
import { db, sql } from '@/lib/db'
import { env } from '@/lib/env'
import { findSettlementTerms } from '@/lib/channels'
import { ExecutionRequest } from '@/lib/intents'
import { closeResourceCache, Execution, loadMerchantResources } from '@/lib/merchants'
import { findPolicy as findExecutionPolicy, ExecutionPolicy } from '@/lib/policies'
import { samplePaths, seed, slug } from './seed/seed'

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
      networks: ['eip155:84532', 'eip155:1337'],
    })
    expect(await sample('stream')).toMatchObject({
      priceMicros: 1_000n,
      session: true,
      streaming: true,
      meter: 'event',
      unitType: 'event',
      networks: ['eip155:1337'],
    })
    expect(await sample('fixed')).toMatchObject({ session: false, networks: ['eip155:84532', 'eip155:1337'] })
    const policy = await findSettlementTerms((await sample('fixed')).merchantId ?? '', 'eip155:1337')
    expect(policy.schedule).toMatchObject({
      units: 200,
      amountMicros: 250_000n,
      intervalMs: 30_000,
      idleCloseMs: 600_000,
    })
  })

  it('sells an action on chain, in the form that the editor stores, under a policy that allows exactly it', async () => {
    await seed(options)
    const { execution, policyId, merchantId = '', sideEffects } = await sample('execution')
    expect(sideEffects).toBe(true)
    expect(Execution.Schema.parse(execution)).toEqual(execution)
    const policy = await findExecutionPolicy({ operator: false, merchantId }, policyId ?? '')
    expect(policy?.rules.contracts).toHaveLength(1)
    const asked = ExecutionRequest.parse(
      Execution.toRequest(execution as Execution.Execution, { params: {}, query: '', body: { message: 'x' } }),
    )
    const decide = (request: ExecutionRequest.ExecutionRequest) =>
      policy && ExecutionPolicy.decide(policy.rules, ExecutionRequest.toPolicySubject(request)).allowed
    expect(decide(asked)).toBe(true)
    const [{ to }] = asked.calls
    expect(decide({ ...asked, calls: [{ to, data: '0x12345678', valueWei: 0n, abi: [] }] })).toBe(false)
  })

  it('makes the API key of the examples once, and leaves a revoked one revoked', async () => {
    const apiKey = `sk_${'a'.repeat(8)}_${'b'.repeat(64)}`
    await seed({ ...options, apiKey })
    await db.execute(sql`UPDATE api_key SET revoked_at = now()`)
    await seed({ ...options, apiKey })
    const keys = await db.query<{ scopes: string[]; revoked: boolean }>(
      sql`SELECT scopes, revoked_at IS NOT NULL AS revoked FROM api_key`,
    )
    expect(keys).toEqual([{ scopes: ['transactions:read', 'transactions:write'], revoked: true }])
  })

  it('changes nothing when it comes again', async () => {
    await seed(options)
    const before = await events()
    await seed(options)
    expect(await events()).toBe(before)
  })

  it('updates a sample that is older than sessions, unless it was edited', async () => {
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
