import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fundGas, fundUsdc, tokenBalance } from '@/sandbox/evm'
import { startMisbehaving, type Misbehaving, type Behaviour } from '@/sandbox/facilitators/misbehaving'
import { createReference } from '@/sandbox/facilitators/reference'
import { chains } from '@/sandbox/testing/chains'
import { asset, openShop, signFor, startGateway } from '@/sandbox/testing/shop-fixture'
import { addUpstream, routeTo } from '@/sandbox/testing/remote-facilitator-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'
import { db, sql } from '@/lib/db'
import { ensureSigners } from '@/lib/execution'
import { handle } from '@/lib/gateway'
import { closeResourceCache } from '@/lib/merchants'
import { findRemoteTrouble } from '@/lib/alerts/find-remote-trouble'
import { createCtx } from '../../ctx'
import { followCalls } from './follow-calls'
import { resolveUnknown } from './resolve-unknown'

const ctx = createCtx({ kind: 'system', id: 'test' })
const payTo = privateKeyToAccount(generatePrivateKey()).address
const price = 10_000n
const funded = 1_000_000n
let upstream: Upstream
let facilitator: Misbehaving
let merchantId: string
let foreignHash = `0x${'00'.repeat(32)}`
let otherHash = foreignHash

beforeAll(async () => {
  upstream = await startUpstream({})
  const privateKey = generatePrivateKey()
  await fundGas(chains().evm, privateKeyToAccount(privateKey).address, 10n ** 20n)
  facilitator = await startMisbehaving({
    reference: createReference({ rpcUrl: chains().evm.url, network: 'eip155:84532', privateKey }),
    foreignHash: () => foreignHash,
    otherChain: { network: 'eip155:1337', hash: () => otherHash },
  })
  process.env.UPSTREAM_ALLOW = `127.0.0.1:${upstream.port},127.0.0.1:${facilitator.port},127.0.0.1:1`
  process.env.SETTLE_DEADLINE_MS = '1500'
  ;({ merchantId } = await openShop(upstream.baseUrl, payTo))
  // A repeat waits for as long as its resource may take.
  await db.execute(sql`UPDATE resource SET timeout_ms = 100`)
  await ensureSigners(ctx)
  const block = await chains().tempo.rpc<{ transactions: string[] }>('eth_getBlockByNumber', ['latest', false])
  otherHash = block.transactions[0] ?? otherHash
})

afterAll(async () => {
  await closeResourceCache()
  await Promise.all([upstream.stop(), facilitator.close()])
})

const call = (path: string, headers: Record<string, string> = {}) =>
  handle(new Request(`http://sluice.test/gateway/acme${path}`, { headers }))

type Purchase = { payer: PrivateKeyAccount; headers: Record<string, string> }

async function sign(path = '/fortune'): Promise<Purchase> {
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundUsdc(chains().evm, payer.address, funded)
  return { payer, headers: { 'payment-signature': await signFor(await call(path), payer) } }
}

const paidBy = async ({ payer }: Purchase) => funded - (await tokenBalance(chains().evm, asset, payer.address))

const rowOf = async ({ payer }: Purchase) => {
  const [row] = await db.query<{
    id: string
    status: string
    settlement: string
    via: string
    call: string
    hash: string
  }>(sql`
    SELECT p.id, p.status, p.settlement, p.settle_via AS via, c.status AS call, p.tx_hash AS hash
    FROM payment p LEFT JOIN facilitator_call c ON c.payment_id = p.id WHERE p.payer = ${payer.address.toLowerCase()}`)
  return row
}

/** What operators are alerted to. */
const alerts = () => findRemoteTrouble({ operator: true, merchantId }, 0)

/** As if every pause were over. */
async function follow(): Promise<void> {
  await db.execute(sql`UPDATE facilitator_call SET due_at = now() WHERE ended_at IS NULL`)
  await followCalls(ctx, 20_000)
}

const add = (behaviour: Behaviour, timeoutMs?: number) =>
  addUpstream(merchantId, `${facilitator.url}/${behaviour}`, timeoutMs)

/** Ours never settles anything here, and the second of the route is asked only where that is said. */
let honestSettles = 0
async function othersLeftAlone(): Promise<void> {
  const [row] = await db.query<{ count: bigint }>(sql`SELECT count(*) AS count FROM settlement_batch`)
  expect(row?.count).toBe(0n)
  expect(facilitator.settles('honest')).toBe(honestSettles)
}

describe('an honest facilitator', () => {
  it('settles instead of us, and the chain says so', async () => {
    await routeTo(merchantId, [await add('honest')])
    const purchase = await sign()
    const answer = await call('/fortune', purchase.headers)
    honestSettles += 1
    expect(answer.status).toBe(200)
    expect(await paidBy(purchase)).toBe(price)
    const row = await rowOf(purchase)
    expect(row).toMatchObject({ status: 'delivered', settlement: 'settled', call: 'moved' })
    expect(row?.via).not.toBe('local')
    const again = await call('/fortune', purchase.headers)
    expect([again.status, await again.text()]).toEqual([200, await answer.text()])
    foreignHash = row?.hash ?? foreignHash
    await othersLeftAlone()
  })

  it('is asked where those before it give no connection, or do not verify', async () => {
    const down = await addUpstream(merchantId, 'http://127.0.0.1:1')
    await routeTo(merchantId, [down, await add('hang-at-verify', 300), await add('honest')])
    const purchase = await sign()
    expect((await call('/fortune', purchase.headers)).status).toBe(200)
    honestSettles += 1
    expect(await paidBy(purchase)).toBe(price)
    await expect
      .poll(async () => (await db.query(sql`SELECT failures FROM facilitator_upstream WHERE id = ${down}`))[0])
      .toEqual({ failures: 1 })
    await othersLeftAlone()
  })

  it('is missed without a charge where there is no other', async () => {
    await routeTo(merchantId, [await addUpstream(merchantId, 'http://127.0.0.1:1')])
    const purchase = await sign()
    const answer = await call('/fortune', purchase.headers)
    expect([answer.status, await answer.json()]).toMatchObject([402, { code: 'settlement-failed' }])
    expect(await rowOf(purchase)).toMatchObject({ status: 'voided', settlement: 'failed', via: 'local', call: null })
  })
})

describe('a facilitator that settles, and does not say so', () => {
  it.each(['settle-then-hang', 'settle-then-502', 'settle-then-refuse'] as const)('%s', async (behaviour) => {
    await routeTo(merchantId, [await add(behaviour), await add('honest'), 'local'])
    const purchase = await sign()
    const first = await call('/fortune', purchase.headers)
    if (first.status !== 200) expect([first.status, first.headers.has('payment-required')]).toEqual([503, false])
    await follow()
    const second = await call('/fortune', purchase.headers)
    expect(second.status).toBe(200)
    expect(facilitator.settles(behaviour)).toBe(1)
    expect(await paidBy(purchase)).toBe(price)
    expect(await rowOf(purchase)).toMatchObject({ status: 'delivered', settlement: 'settled', call: 'moved' })
    await othersLeftAlone()
  })
})

describe('a facilitator that refuses, and settles later', () => {
  it('is believed at first, and what came late is owed back', async () => {
    await routeTo(merchantId, [await add('refuse-then-settle', 4_000), await add('honest')])
    const purchase = await sign()
    const first = await call('/fortune', purchase.headers)
    if (first.status !== 402) {
      await expect.poll(async () => (await follow(), (await rowOf(purchase))?.status)).toBe('voided')
    }
    expect(await rowOf(purchase)).toMatchObject({ status: 'voided', settlement: 'failed', call: 'refused' })
    await facilitator.settleLate()
    await follow()
    expect(await paidBy(purchase)).toBe(price)
    const row = await rowOf(purchase)
    expect(row).toMatchObject({ status: 'refund_due', settlement: 'settled', call: 'moved' })
    const told = await db.query(sql`
      SELECT e.type FROM audit_event e WHERE e.payment_id = ${row?.id} AND e.type IN ('payment.moved_late', 'payment.refund_due')`)
    expect(told).toHaveLength(2)
    expect(await alerts()).toContainEqual(
      expect.objectContaining({ subject: `payment:${row?.id}`, message: expect.stringContaining('owed back') }),
    )
    const [books] = await db.query<{ sum: bigint; cash: bigint }>(sql`
      SELECT sum(amount) AS sum, sum(amount) FILTER (WHERE account = ${`cash:${payTo.toLowerCase()}`}) AS cash FROM ledger_line`)
    await othersLeftAlone()
    expect(books).toEqual({ sum: 0n, cash: await tokenBalance(chains().evm, asset, payTo) })
  })
})

describe('a process that dies with the answer', () => {
  it('leaves what the next one needs', async () => {
    const id = await add('honest', 5_000)
    await routeTo(merchantId, [id])
    const purchase = await sign()
    const dying = await startGateway({ SLUICE_FAILPOINT: 'after-facilitator' })
    await fetch(`${dying.url}/gateway/acme/fortune`, { headers: purchase.headers }).catch(() => undefined)
    await dying.exited
    honestSettles += 1
    expect(await rowOf(purchase)).toMatchObject({ settlement: 'pending', via: id, call: 'sent' })
    await follow()
    expect((await call('/fortune', purchase.headers)).status).toBe(200)
    expect(await paidBy(purchase)).toBe(price)
  })
})

describe('a facilitator that settles nothing', () => {
  const left: Purchase[] = []

  it.each(['false-success', 'foreign-hash', 'wrong-chain', 'hang', 'huge', 'garbage'] as const)(
    'gets no content for %s, and no second one is asked',
    async (behaviour) => {
      await routeTo(merchantId, [await add(behaviour), await add('honest'), 'local'])
      const purchase = await sign()
      for (const _ of behaviour === 'false-success' ? ['first', 'again'] : ['first']) {
        const answer = await call('/fortune', purchase.headers)
        expect([answer.status, answer.headers.has('payment-required')]).toEqual([503, false])
        expect(await answer.json()).toMatchObject({ code: 'settlement-pending' })
      }
      expect(facilitator.settles(behaviour)).toBe(1)
      const row = await rowOf(purchase)
      expect(row).toMatchObject({ status: 'authorized', settlement: 'pending' })
      expect(['claimed', 'silent']).toContain(row?.call)
      expect(await resolveUnknown(ctx, row?.id ?? '')).toEqual({ kind: 'waiting' })
      expect(await alerts()).toContainEqual(expect.objectContaining({ subject: `payment:${row?.id}` }))
      await othersLeftAlone()
      left.push(purchase)
    },
  )

  it('is let go of when the chain proves that nothing can come any more', async () => {
    const { rpc } = chains().evm
    await follow()
    for (const purchase of left) expect(await rowOf(purchase)).toMatchObject({ settlement: 'pending' })
    await rpc('evm_increaseTime', [400])
    for (let blocks = 0; blocks < 8; blocks++) await rpc('evm_mine', [])
    await expect
      .poll(async () => {
        await follow()
        return Promise.all(left.map(async (purchase) => (await rowOf(purchase))?.call))
      })
      .toEqual(left.map(() => 'dead'))
    for (const purchase of left) {
      expect(await rowOf(purchase)).toMatchObject({ status: 'voided', settlement: 'failed' })
      expect(await paidBy(purchase)).toBe(0n)
    }
    const lies = await db.query(sql`SELECT 1 FROM audit_event WHERE type = 'facilitator.false_claim'`)
    expect(lies).toHaveLength(3)
    const open = await db.query(sql`SELECT 1 FROM facilitator_upstream WHERE open_until > now() + interval '5 minutes'`)
    expect(open).toHaveLength(3)
  })
})
