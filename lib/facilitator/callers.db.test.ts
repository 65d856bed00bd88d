import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { createApiKey } from '@/lib/auth'
import { db, sql, withTransaction } from '@/lib/db'
import { createCtx } from '../ctx'
import type { Caller } from './Caller'
import { findCaller } from './find-caller'
import * as CallerLimits from './CallerLimits'
import { flushFacilitations, recordFacilitation } from './record-facilitation'
import { returnAllowance, reservation } from './reserve-allowance'

const network = 'eip155:84532' as const
const asset = '0x036cbd53842c5426634e7929541ec2318f3dcf7e'
const ctx = createCtx({ kind: 'system', id: 'test' })
const address = `0x${'ab'.repeat(20)}`

afterAll(flushFacilitations)

async function merchant(): Promise<string> {
  const id = randomUUID()
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${id}, ${id}, 'Acme')`)
  return id
}

async function caller(limits: Partial<CallerLimits.CallerLimits>): Promise<Caller> {
  const id = randomUUID()
  return {
    id: `key:${id}`,
    keyId: id,
    name: 'The API key "shop"',
    merchantId: await merchant(),
    limits: { ...CallerLimits.standard, ...limits },
  }
}

const usage = (who: Caller) =>
  db.query<{ network: string; gas: bigint; amount: bigint; count: number }>(sql`
    SELECT network, gas_base AS gas, amount_micros AS amount, settlements AS count
    FROM facilitator_usage WHERE caller = ${who.id} ORDER BY network`)

/** Counts a settlement as the statement of a claim does. */
async function take(
  who: Caller,
  more: { paymentId?: string; gasBase?: bigint; amountMicros?: bigint } = {},
): Promise<void> {
  const asked = { paymentId: randomUUID(), network, asset, gasBase: 10n, amountMicros: 1_000_000n, ...more }
  const { parts, refusals } = reservation(who, asked, sql`true`)
  const named = refusals.map(({ unless }, index) => sql`WHEN NOT ${unless} THEN refuse(${String(index)})`)
  await db
    .query(sql`WITH ${parts} SELECT CASE ${named.reduce((all, one) => sql`${all} ${one}`)} END`)
    .catch((error: Error) => Promise.reject(refusals[Number(error.message)]?.error() ?? error))
}

describe('what a caller may have settled in a day', () => {
  it('is never exceeded by two hundred at once, in dollars or in fees', async () => {
    for (const [limits, through] of [
      [{ amountMicrosPerDay: 20_000_000n }, 20],
      [{ gasNanoPerDay: 1n }, 10],
    ] as const) {
      const who = await caller(limits)
      const results = await Promise.allSettled(Array.from({ length: 200 }, () => take(who, { gasBase: 10n ** 8n })))
      const refused = results.filter((result) => result.status === 'rejected')
      expect(refused.every(({ reason }) => (reason as { code: string }).code === 'cap-exceeded')).toBe(true)
      expect(refused).toHaveLength(200 - through)
      const more = { amount: BigInt(through) * 1_000_000n, count: through }
      expect(await usage(who)).toEqual([
        { network: 'all', gas: 0n, ...more },
        { network, gas: BigInt(through) * 10n ** 8n, ...more },
      ])
    }
  })

  it('gets back what was not used, once', async () => {
    const who = await caller({})
    const [moved, failed] = [randomUUID(), randomUUID()]
    await take(who, { paymentId: moved, gasBase: 100n })
    await take(who, { paymentId: failed, gasBase: 100n, amountMicros: 5n })
    const spent = [
      { paymentId: moved, gasBase: 40n, moved: true },
      { paymentId: failed, gasBase: 7n, moved: false },
    ]
    expect((await withTransaction((tx) => returnAllowance(tx, spent))).toSorted()).toEqual([moved, failed].toSorted())
    expect(await withTransaction((tx) => returnAllowance(tx, spent))).toEqual([])
    expect(await usage(who)).toEqual([
      { network: 'all', gas: 0n, amount: 1_000_000n, count: 1 },
      { network, gas: 47n, amount: 1_000_000n, count: 1 },
    ])
  })

  it('says what is not allowed, and counts nothing for it', async () => {
    const elsewhere = await caller({ networks: ['eip155:8453'] })
    await expect(take(elsewhere)).rejects.toMatchObject({ code: 'not-allowed' })
    const other = await caller({ assets: [`${network}/0x${'11'.repeat(20)}`] })
    await expect(take(other)).rejects.toMatchObject({ code: 'not-allowed' })
    expect(await usage(elsewhere)).toEqual([])
  })
})

describe('a caller', () => {
  const ask = (key?: string) =>
    findCaller({ headers: new Headers(key === undefined ? {} : { Authorization: `Bearer ${key}` }) })

  it('is the owner of a key with the scope, with the limits that were set for it', async () => {
    const merchantId = await merchant()
    const scope = { operator: false, merchantId, address, role: 'owner' } as const
    const { key, id } = await createApiKey(ctx, scope, { name: 'shop', scopes: ['facilitate'] })
    expect(await ask(key)).toMatchObject({ id: `key:${id}`, merchantId, limits: CallerLimits.standard })
    await db.execute(sql`
      INSERT INTO facilitator_limit (api_key_id, requests_per_second, gas_nano_per_day, amount_micros_per_day, networks, assets)
      VALUES (${id}, 1, 5, 6, ${[network]}::text[], '{}')`)
    expect((await ask(key)).limits).toEqual({
      requestsPerSecond: 1,
      gasNanoPerDay: 5n,
      amountMicrosPerDay: 6n,
      networks: [network],
      assets: [],
    })
    const asked = await Promise.allSettled(Array.from({ length: 8 }, () => ask(key)))
    expect(asked.some((one) => one.status === 'rejected' && one.reason.code === 'rate-limited')).toBe(true)
    const other = await createApiKey(ctx, scope, { name: 'auditor', scopes: ['audit:read'] })
    await expect(ask(other.key)).rejects.toMatchObject({ code: 'not-allowed' })
  })

  it('needs a key, unless the installation serves the public', async () => {
    await expect(ask()).rejects.toMatchObject({ code: 'not-signed-in' })
  })
})

describe('records', () => {
  it('are written together, a moment later', async () => {
    const who = await caller({})
    for (let at = 0; at < 1_200; at++)
      recordFacilitation(ctx, {
        caller: who,
        kind: 'verify',
        x402Version: 2,
        scheme: 'exact',
        network,
        asset,
        payer: null,
        payTo: address,
        amountBase: 2n ** 200n,
        outcome: 'invalid',
        reason: 'invalid_exact_evm_signature',
        latencyMs: 1.6,
        paymentId: null,
      })
    await flushFacilitations()
    const [row] = await db.query<{ count: bigint; most: bigint }>(sql`
      SELECT count(*) AS count, max(amount_base) AS most FROM facilitation WHERE merchant_id = ${who.merchantId}`)
    expect(row).toEqual({ count: 1_200n, most: 2n ** 200n })
  })
})
