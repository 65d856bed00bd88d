import { randomUUID } from 'node:crypto'
import { x402Client } from '@x402/core/client'
import type { PaymentRequirements } from '@x402/core/types'
import { ExactSvmScheme } from '@x402/svm/exact/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { solanaNetwork, solanaUsdc, solanaUsdcBalance } from '@/sandbox/solana'
import { chains } from '@/sandbox/testing/chains'
import { craftSolanaPayment, guard, memo, solanaParties } from '@/sandbox/testing/solana-payment-fixture'
import { db, sql } from '@/lib/db'
import { startLoop } from '@/lib/jobs'
import { handle } from './handle'
import { flushFacilitations } from './record-facilitation'

const solana = await chains().solana()
const { shop, feePayer } = await solanaParties(solana)
let stopLoop: () => Promise<void>

beforeAll(async () => {
  process.env.FACILITATOR_PUBLIC = 'house'
  process.env.SETTLE_DEADLINE_MS = '4000'
  await db.execute(sql`INSERT INTO merchant (id, slug, name) VALUES (${randomUUID()}, 'house', 'House')`)
  stopLoop = startLoop().stop
})
afterAll(() => stopLoop())

type Kind = { scheme: string; network: string; extra?: Record<string, unknown> }

async function ask(verb: 'verify' | 'settle' | 'supported', body?: unknown): Promise<Record<string, unknown>> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  return (await handle(verb, new Request(`http://sluice.test/facilitator/${verb}`, init))).json() as never
}

/** What a server asks for a cent, and what the official client signs for it. */
async function sell(more: Record<string, unknown> = {}) {
  const { kinds } = (await ask('supported')) as { kinds: Kind[] }
  const kind = kinds.find(({ network }) => network === solanaNetwork)
  const paymentRequirements: PaymentRequirements = {
    scheme: 'exact',
    network: solanaNetwork,
    amount: '10000',
    asset: solanaUsdc,
    payTo: shop,
    maxTimeoutSeconds: 60,
    extra: { ...kind?.extra, ...more },
  }
  const { payer } = await solanaParties(solana)
  const client = new x402Client().register(solanaNetwork, new ExactSvmScheme(payer, { rpcUrl: solana.url }))
  client.setSpendControls(false)
  const resource = { url: 'https://shop.test/a', description: '', mimeType: '' }
  const paymentPayload = await client.createPaymentPayload({ x402Version: 2, resource, accepts: [paymentRequirements] })
  return { payer, body: { x402Version: 2, paymentPayload, paymentRequirements } }
}

type Sold = Awaited<ReturnType<typeof sell>>

/** The same, as a server with this in its requirements asks for it. */
const asking = ({ body }: Pick<Sold, 'body'>, extra: Record<string, unknown>) => ({
  ...body,
  paymentRequirements: { ...body.paymentRequirements, extra: { ...body.paymentRequirements.extra, ...extra } },
})

/** A payment of a cent with other instructions. */
async function craft(instructions: Parameters<typeof craftSolanaPayment>[3]): Promise<Pick<Sold, 'body'>> {
  const { payer, body } = await sell()
  const about = { payTo: shop, feePayer, amountBase: 10_000n }
  const transaction = await craftSolanaPayment(solana, payer, about, instructions)
  return { body: { ...body, paymentPayload: { ...body.paymentPayload, payload: { transaction } } } }
}

it('verifies and settles a transaction of Solana once, and counts what it cost', async () => {
  const { payer, body } = await sell()
  const before = await solanaUsdcBalance(solana, shop)
  expect(await ask('verify', body)).toEqual({ isValid: true, payer: payer.address })
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask('settle', body)))
  const settled = answers.filter(({ success }) => success)
  expect(settled).toHaveLength(1)
  expect(settled[0]).toMatchObject({ network: solanaNetwork, payer: payer.address, amount: '10000' })
  for (const { success, errorReason } of answers) if (!success) expect(errorReason).toBe('duplicate_settlement')
  // The answer was lost: a repeat gets the same.
  expect(await ask('settle', body)).toEqual(settled[0])
  expect((await solanaUsdcBalance(solana, shop)) - before).toBe(10_000n)
  await flushFacilitations()
  const read = () =>
    db.query<{ gas: bigint; used: bigint }>(sql`
      SELECT f.gas_base AS gas, u.gas_base AS used FROM facilitation f
        JOIN facilitator_usage u ON u.caller = f.caller AND u.network = f.network
      WHERE f.kind = 'settle' AND f.outcome = 'settled' AND f.gas_base IS NOT NULL`)
  await expect.poll(async () => (await read()).length).toBe(1)
  const [row] = await read()
  // Two signatures, at 5,000 lamports each, and the priority fee.
  expect(row?.gas).toBeGreaterThanOrEqual(10_000n)
  expect(row?.used).toBe(row?.gas)
})

it('refuses a payment of less, to another address, or with changed bytes', async () => {
  const { body } = await sell()
  const other = await solanaParties(solana)
  for (const [change, reason] of [
    [{ amount: '10001' }, /amount_mismatch/],
    [{ payTo: other.shop }, /recipient_mismatch/],
  ] as const) {
    const changed = { ...body, paymentRequirements: { ...body.paymentRequirements, ...change } }
    for (const verb of ['verify', 'settle'] as const) {
      const told = await ask(verb, changed)
      expect(told.isValid ?? told.success).toBe(false)
      expect(String(told.invalidReason ?? told.errorReason)).toMatch(reason)
    }
  }
})

it('holds a transaction to the seller’s memo: one, of exactly these bytes', async () => {
  const before = await solanaUsdcBalance(solana, shop)
  const refused = async (body: object) => {
    const told = [await ask('verify', body), await ask('settle', body)]
    return told.map(({ isValid, invalidReason, success, errorReason }) => [
      isValid ?? success,
      invalidReason ?? errorReason,
    ])
  }
  const mismatch = [false, 'invalid_exact_svm_payload_memo_mismatch']
  const sold = await sell({ memo: 'order-B' })
  for (const memo of ['order-A', 'order-B ', 'Order-B', 'order-B\u0301', 'örder-B'])
    expect(await refused(asking(sold, { memo }))).toEqual([mismatch, mismatch])
  // Without a reference of the seller's, the official client puts in a random one.
  expect(await refused(asking(await sell(), { memo: 'order-A' }))).toEqual([mismatch, mismatch])
  expect(await refused(asking(sold, { memo: 'x'.repeat(257) }))).toEqual([
    [false, 'invalid_payload'],
    [false, 'invalid_payload'],
  ])
  expect(await refused(asking(sold, { tokenProgram: 'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb' }))).toEqual([
    [false, 'invalid_exact_svm_payload_mint_mismatch'],
    [false, 'invalid_exact_svm_payload_mint_mismatch'],
  ])
  for (const texts of [[], ['order-B', 'order-B'], ['order-B', '']])
    expect(await refused(asking(await craft({ behind: texts.map(memo) }), { memo: 'order-B' }))).toEqual([
      [false, 'invalid_exact_svm_payload_memo_count'],
      [false, 'invalid_exact_svm_payload_memo_count'],
    ])
  expect(await solanaUsdcBalance(solana, shop)).toBe(before)
  for (const memo of ['order-B', 'Bestellung Nr. 7 – ü 🎉']) {
    const { body } = await sell({ memo })
    expect(await ask('verify', body)).toMatchObject({ isValid: true })
    expect(await ask('settle', body)).toMatchObject({ success: true })
  }
})

it('takes the assertions of wallets for no part of the layout', async () => {
  const wallet = (await solanaParties(solana)).payer.address
  const three = [guard(wallet), guard(wallet), guard(feePayer)]
  // The local chain has no Lighthouse: what is taken is tried, and fails there.
  const tried = { isValid: false, invalidReason: 'transaction_simulation_failed' }
  const phantom = await craft({ before: three, behind: [memo('order-A'), guard(wallet)] })
  expect(await ask('verify', asking(phantom, { memo: 'order-A' }))).toMatchObject(tried)
  expect(await ask('verify', asking(phantom, { memo: 'order-B' }))).toMatchObject({
    invalidReason: 'invalid_exact_svm_payload_memo_mismatch',
  })
  const five = await craft({ before: three, behind: [memo('order-A'), guard(wallet), guard(wallet)] })
  expect(await ask('verify', five.body)).toMatchObject({
    invalidReason: 'invalid_exact_svm_payload_transaction_instructions_length',
  })
  // MemoryWrite would have the fee payer pay the rent of an account.
  const spending = { ...guard(feePayer), data: Buffer.of(0, 0, 0, 0) }
  const drained = await craft({ behind: [memo('order-A'), spending] })
  expect(await ask('verify', drained.body)).toMatchObject({
    invalidReason: 'invalid_exact_svm_payload_transaction_fee_payer_transferring_funds',
  })
})
