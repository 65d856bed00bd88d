import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, expect, it } from 'vitest'
import { evmNetwork, fundGas, fundUsdc, tokenBalance, usdc } from '@/sandbox/evm'
import { startMisbehaving, type Behaviour } from '@/sandbox/facilitators/misbehaving'
import { createReference } from '@/sandbox/facilitators/reference'
import { chains } from '@/sandbox/testing/chains'
import { setUpPermit2, call, sell, sign, type Shop } from '@/sandbox/testing/permit2-harness'
import { addUpstream, routeTo } from '@/sandbox/testing/remote-facilitator-fixture'
import { db, sql } from '@/lib/db'
import { describeChallenge, findTakes } from '@/lib/gateway'
import { loadMerchantResources } from '@/lib/merchants'
import { refreshSupported } from '@/lib/remote-facilitators/refresh-supported'

setUpPermit2()

// Under `upto` payers sign for one facilitator: the facilitator of the route, whose address the 402 names.

const { evm } = chains()
const privateKey = generatePrivateKey()
const theirs = privateKeyToAccount(privateKey).address
await fundGas(evm, theirs, 10n ** 20n)
const others = await startMisbehaving({
  reference: createReference({ rpcUrl: evm.url, network: evmNetwork, privateKey }),
  foreignHash: () => `0x${'fe'.repeat(32)}`,
  otherChain: { network: 'eip155:1', hash: () => `0x${'0c'.repeat(32)}` },
})
process.env.UPSTREAM_ALLOW = `127.0.0.1:${others.port},127.0.0.1:1`
process.env.SETTLE_DEADLINE_MS = '1500'
afterAll(() => others.close())

const funds = 1_000_000n

/** A metered shop whose `upto` goes to a facilitator of this behaviour and to those that follow. */
async function shopOf(behaviour: Behaviour, ...more: string[]): Promise<Shop> {
  const shop = await sell({ metered: true })
  const id = await addUpstream(shop.merchantId, `${others.url}/${behaviour}`)
  await routeTo(shop.merchantId, [id, ...more], { scheme: 'upto' })
  await refreshSupported()
  return shop
}

async function newPayer() {
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundUsdc(evm, payer.address, funds)
  return payer
}

type Named = { accepts: { scheme: string; extra: Record<string, unknown> }[] }
async function namedBy({ path }: Shop): Promise<unknown> {
  const header = (await call(path)).headers.get('payment-required') ?? ''
  const { accepts } = JSON.parse(Buffer.from(header, 'base64').toString()) as Named
  return accepts.find(({ scheme }) => scheme === 'upto')?.extra.facilitatorAddress
}

/** Buys so many units, and what the two wallets hold afterwards. */
async function buy(shop: Shop, units = 123) {
  const payer = await newPayer()
  const path = `${shop.path}?units=${units}`
  const answer = await call(path, (await sign(path, payer)).headers)
  const held = async () => [await tokenBalance(evm, usdc, payer.address), await tokenBalance(evm, usdc, shop.payTo)]
  return { answer, held }
}

const oursSent = async () => (await db.query(sql`SELECT 1 FROM settlement_batch`)).length

it('is signed for the facilitator, which settles what the answer came to', async () => {
  const shop = await shopOf('honest')
  expect(await namedBy(shop)).toBe(theirs)
  const [resource] = (await loadMerchantResources(shop.merchantId))?.resources ?? []
  if (!resource) throw new Error('nothing is sold')
  const preview = describeChallenge(resource, Date.now(), {}, await findTakes(resource))
  expect(JSON.stringify(preview.decoded)).toContain(`"facilitatorAddress":"${theirs}"`)
  const { answer, held } = await buy(shop)
  expect([answer.status, await answer.text()]).toEqual([200, 'the answer'])
  expect(await held()).toEqual([funds - 123n, 123n])
  const nothing = await buy(shop, 0)
  expect(nothing.answer.status).toBe(200)
  expect(await nothing.held()).toEqual([funds, 123n])
  expect(others.settles('honest')).toBe(1)
  expect(await oursSent()).toBe(0)
})

it('gives no answer for a facilitator that lies, hangs or refuses, and is not settled by another', async () => {
  for (const behaviour of ['false-success', 'hang', 'hang-at-verify'] as const) {
    const shop = await shopOf(behaviour, 'local')
    const { answer, held } = await buy(shop)
    expect([behaviour, answer.status]).toEqual([behaviour, expect.any(Number)])
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(await answer.text()).not.toContain('the answer')
    expect(await held()).toEqual([funds, 0n])
  }
  expect(await oursSent()).toBe(0)
})

it('stays unknown when the facilitator took more than was asked, and the answer is withheld', async () => {
  const shop = await shopOf('overcharge')
  const { answer, held } = await buy(shop)
  expect(answer.status).toBe(503)
  expect(await answer.text()).not.toContain('the answer')
  expect(await held()).toEqual([funds - 10_000n, 10_000n])
  const [row] = await db.query(sql`
    SELECT settlement, amount_base AS amount FROM payment WHERE merchant_id = ${shop.merchantId}`)
  expect(row).toEqual({ settlement: 'pending', amount: 123n })
})

it('is ours again where the facilitator is down, and refuses what names another facilitator', async () => {
  const shop = await sell({ metered: true })
  const down = await addUpstream(shop.merchantId, 'http://127.0.0.1:1')
  await routeTo(shop.merchantId, [down, 'local'], { scheme: 'upto' })
  const ours = await namedBy(shop)
  expect(ours).toMatch(/^0x/)
  expect(ours).not.toBe(theirs)
  const { answer, held } = await buy(shop)
  expect(answer.status).toBe(200)
  expect(await held()).toEqual([funds - 123n, 123n])
  const stranger = privateKeyToAccount(generatePrivateKey()).address
  const { headers } = await sign(shop.path, await newPayer(), 'permit2', (required) => ({
    ...required,
    accepts: required.accepts.map((way) => ({ ...way, extra: { ...way.extra, facilitatorAddress: stranger } })),
  }))
  const refused = await call(shop.path, headers)
  expect(refused.status).toBe(402)
})
