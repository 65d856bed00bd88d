import { zeroAddress, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { fundUsdc, tokenBalance, usdc } from '@/sandbox/evm'
import { chains } from '@/sandbox/testing/chains'
import { spellingsOf } from '@/sandbox/testing/credential-fixture'
import { setUpDelegations, delegate, delegateTo, silentCode } from '@/sandbox/testing/delegation-fixture'
import { permit2Payer } from '@/sandbox/testing/permit2-fixture'
import { setUpPermit2, call, meanwhile, sell, sign, type Shop } from '@/sandbox/testing/permit2-harness'
import { db, sql } from '@/lib/db'

setUpDelegations()
setUpPermit2()

// Payers with a key and with code (EIP-7702): the code is checked before any work.

const { evm } = chains()
const received = ({ payTo }: Shop) => tokenBalance(evm, usdc, payTo)
const ways = [
  ['eip3009', false],
  ['permit2', false],
  ['permit2', true],
] as const

/** Counts the upstream's calls; the upstream runs `also` during each. */
function counted(also = () => Promise.resolve()): () => number {
  let count = 0
  meanwhile.work = () => {
    count += 1
    return also()
  }
  return () => count
}

describe.each(ways)('by %s (metered: %s), an account whose key is delegated', (method, metered) => {
  it('to code that accepts no signature gets no work, however often it asks', async () => {
    const shop = await sell({ metered })
    const payer = await permit2Payer(100_000n)
    await delegate(payer, silentCode)
    const worked = counted()
    for (let round = 0; round < 3; round++) {
      const answer = await call(`${shop.path}?units=5`, (await sign(`${shop.path}?units=5`, payer, method)).headers)
      expect([answer.status, await answer.json()]).toMatchObject([402, { reason: 'signature' }])
    }
    expect(worked()).toBe(0)
  })

  it('to code that accepts its key’s signatures buys, alone in its transaction', async () => {
    const shop = await sell({ metered })
    const payer = await permit2Payer(100_000n)
    await delegateTo(payer, payer.address)
    const { headers } = await sign(`${shop.path}?units=5`, payer, method)
    expect((await call(`${shop.path}?units=5`, headers)).status).toBe(200)
    expect(await received(shop)).toBe(metered ? 5n : 10_000n)
    const [batch] = await db.query(sql`
      SELECT b.form, p.instrument->>'contract' AS contract FROM payment p JOIN settlement_batch b ON b.id = p.batch_id
      WHERE p.merchant_id = ${shop.merchantId}::uuid`)
    expect(batch).toEqual({ form: 'single', contract: 'true' })
  })

  it('during the work gets that work free once, and pays before the work from then on', async () => {
    const shop = await sell({ metered })
    const path = `${shop.path}?units=5`
    const payer = await permit2Payer(100_000n)
    const worked = counted(() => delegate(payer, silentCode))
    const first = await call(path, (await sign(path, payer, method)).headers)
    expect([first.status, await first.text()]).toEqual([402, expect.not.stringContaining('the answer')])
    expect(worked()).toBe(1)
    // It pays by methods that settle before the work; metered resources are refused.
    await delegate(payer, zeroAddress)
    const workedAgain = counted(() => delegate(payer, silentCode))
    const second = await call(path, (await sign(path, payer, method)).headers)
    expect(second.status).toBe(metered ? 403 : 200)
    expect(workedAgain()).toBe(metered ? 0 : 1)
    expect(await received(shop)).toBe(metered ? 0n : 10_000n)
  })
})

it('one payment counts once in every encoding of its signature', async () => {
  const shop = await sell()
  const payer = privateKeyToAccount(generatePrivateKey())
  await fundUsdc(evm, payer.address, 100_000n)
  const { payload } = await sign(shop.path, payer, 'eip3009')
  const worked = counted()
  const { signature } = payload.payload as { signature: Hex }
  const answers = []
  for (const spelling of [...Object.values(spellingsOf(signature)), signature]) {
    const sent = { ...payload, payload: { ...payload.payload, signature: spelling } }
    const header = Buffer.from(JSON.stringify(sent)).toString('base64')
    const answer = await call(shop.path, { 'payment-signature': header })
    answers.push([answer.status, await answer.text()])
  }
  expect(answers).toEqual(Array(5).fill([200, 'the answer']))
  expect(worked()).toBe(1)
  expect(await received(shop)).toBe(10_000n)
})
