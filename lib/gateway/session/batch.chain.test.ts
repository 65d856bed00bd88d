import { signVoucher } from '@x402/evm/batch-settlement/client'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChannel } from '@/lib/channels'
import { db, sql } from '@/lib/db'
import { evmNetwork, tokenBalance, usdc } from '@/sandbox/evm'
import {
  batchPayer,
  depositOf,
  errorOf,
  knownOf,
  newBatchPayer,
  openBatchShop,
  settledOf,
  unitBase,
  voucherOf,
  type Known,
  type Payer,
} from '@/sandbox/testing/batch-shop-fixture'
import { chains } from '@/sandbox/testing/chains'
import { spellingsOf } from '@/sandbox/testing/credential-fixture'
import { setUpDelegations, delegate, delegateTo, silentCode } from '@/sandbox/testing/delegation-fixture'
import { booksOf } from '@/sandbox/testing/session-shop-fixture'
import { callsOf, startGateway, type GatewayProcess } from '@/sandbox/testing/shop-fixture'
import { startUpstream, type Upstream } from '@/sandbox/upstream'
import { unsampledFields } from '@/sandbox/testing/event-samples'

setUpDelegations()

// x402's channels with the official client, against two gateway processes on one database, a real chain, and the
// upstream's log of calls.

const payTo = privateKeyToAccount(generatePrivateKey()).address
let upstream: Upstream
let one: GatewayProcess
let two: GatewayProcess

beforeAll(async () => {
  upstream = await startUpstream({})
  await openBatchShop(upstream.baseUrl, payTo)
  const env = { UPSTREAM_ALLOW: `127.0.0.1:${upstream.port}`, JOBS: 'in-process', SETTLE_DEADLINE_MS: '15000' }
  ;[one, two] = await Promise.all([startGateway(env), startGateway(env)])
})
afterAll(async () => {
  await Promise.all([one?.stop(), two?.stop()])
  await upstream.stop()
})

const at = ({ url }: GatewayProcess, path = '/fortune') => `${url}/gateway/acme${path}`
const balanceOf = (account: `0x${string}`) => tokenBalance(chains().evm, usdc, account)
const calls = (path = '/fortune') => callsOf(upstream.journalUrl, path)
const send = (headers: Record<string, string>, gateway = one, path = '/fortune') =>
  fetch(at(gateway, path), { headers })
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code

/** A channel that has paid for one unit. */
async function open(): Promise<{ payer: Payer; known: Known }> {
  const payer = await newBatchPayer()
  const response = await payer.fetch(at(one))
  if (response.status !== 200) throw new Error(`opening answered ${response.status}: ${await response.text()}`)
  return { payer, known: await knownOf(payer, at(one)) }
}

describe('a channel of the official client', () => {
  it('is funded, pays by vouchers at every process, is claimed for the spent amount, and refunded', async () => {
    const payer = await newBatchPayer()
    const [payeeBefore, payerBefore] = [await balanceOf(payTo), await balanceOf(payer.account.address)]
    for (let n = 1; n <= 20; n++) {
      const response = await payer.fetch(at(n % 2 ? one : two, n % 3 ? '/fortune' : '/other'))
      expect([n, response.status]).toEqual([n, 200])
      const { success, transaction, extra } = settledOf(response)
      expect(success).toBe(true)
      expect(transaction).toMatch(n === 1 ? /^0x[0-9a-f]{64}$/ : /^$/)
      expect(extra).toMatchObject({
        chargedAmount: '1000',
        channelState: { balance: '100000', chargedCumulativeAmount: `${n}000` },
      })
    }
    const { id } = await knownOf(payer, at(one))
    expect(await booksOf(id)).toMatchObject({ accepted: 20_000n, spent: 20_000n, units: 20n, earned: 20_000n })

    // The worker claims exactly the spent amount, in one transaction.
    await expect.poll(async () => (await findChannel(id))?.settledBase).toBe(20_000n)
    await expect.poll(async () => (await findChannel(id))?.settlementId).toBeNull()
    expect((await balanceOf(payTo)) - payeeBefore).toBe(20_000n)

    expect((await payer.fetch(at(two))).status).toBe(200)
    const part = await payer.scheme.refund(at(one), { amount: '30000' })
    expect(part).toMatchObject({ success: true, amount: '30000', extra: { channelState: { balance: '70000' } } })
    expect((await payer.fetch(at(two))).status).toBe(200)
    const rest = await payer.scheme.refund(at(one))
    expect(rest).toMatchObject({ success: true, amount: '48000', extra: { channelState: { balance: '22000' } } })
    expect((await balanceOf(payTo)) - payeeBefore).toBe(22_000n)
    expect(payerBefore - (await balanceOf(payer.account.address))).toBe(22_000n)
    expect(await findChannel(id)).toMatchObject({ status: 'closed', settledBase: 22_000n })

    // The same wallet returns: the contract continues the same channel.
    expect((await payer.fetch(at(one))).status).toBe(200)
    expect(await findChannel(id)).toMatchObject({ status: 'open', spentBase: 23_000n, depositBase: 122_000n })
    const books = await db.query<{ sum: bigint }>(sql`SELECT coalesce(sum(amount), 0) AS sum FROM ledger_line`)
    expect(books).toEqual([{ sum: 0n }])
  })

  it('is topped up when it is spent, and sends the deposit once', async () => {
    const payer = await newBatchPayer()
    expect((await payer.fetch(at(one))).status).toBe(200)
    const known = await knownOf(payer, at(one))
    // Until the deposit is spent.
    expect((await send(await voucherOf(payer, known, 100n * unitBase))).status).toBe(200)
    await db.execute(sql`UPDATE channel SET spent_base = 100000 WHERE id = ${known.id}`)
    const stale = batchPayer(payer.account, payer.salt, chains().evm.url)
    // Nothing is claimed yet, so the chain shows no charge. The client gets the state, signs again, and deposits more.
    expect((await stale.fetch(at(two))).status).toBe(200)
    expect(await findChannel(known.id)).toMatchObject({ depositBase: 200_000n, spentBase: 101_000n })

    const deposit = await depositOf(await newBatchPayer(), known)
    const wrong = await send(deposit)
    expect([wrong.status, await codeOf(wrong)]).toEqual([200, undefined])
    const again = await Promise.all([send(deposit), send(deposit, two)])
    expect(again.map(({ status }) => status)).toEqual([402, 402])
    expect(again.map(errorOf)).toEqual(Array(2).fill('invalid_batch_settlement_evm_cumulative_amount_mismatch'))
  })

  it('that lost its state gets it from the 402, and continues', async () => {
    const { payer, known } = await open()
    expect((await payer.fetch(at(one))).status).toBe(200)
    const forgetful = batchPayer(payer.account, payer.salt, chains().evm.url)
    expect((await forgetful.fetch(at(one))).status).toBe(200)
    expect(await booksOf(known.id)).toMatchObject({ spent: 3n * unitBase, units: 3n })
  })

  it('is not charged if the upstream fails, also if the deposit was taken', async () => {
    const payer = await newBatchPayer()
    const failed = await payer.fetch(at(one, '/failing'))
    expect(failed.status).toBe(502)
    expect(settledOf(failed).extra).toMatchObject({ chargedAmount: '0', channelState: { balance: '100000' } })
    expect((await payer.fetch(at(one))).status).toBe(200)
    const { id } = await knownOf(payer, at(one))
    expect(await findChannel(id)).toMatchObject({ depositBase: 100_000n, spentBase: unitBase })
  })
})

it('a deposit whose process is killed right after sending it is not sent again, and pays', async () => {
  const env = { UPSTREAM_ALLOW: `127.0.0.1:${upstream.port}`, JOBS: 'off', SLUICE_FAILPOINT: 'after-broadcast' }
  const dying = await startGateway(env)
  const payer = await newBatchPayer()
  const known = await knownOf(payer, at(one))
  const deposit = await depositOf(payer, known)
  expect(await send(deposit, dying).catch(() => 'gone')).toBe('gone')
  await dying.exited
  await expect.poll(async () => (await send(deposit, two)).status).toBe(200)
  expect(await balanceOf(payer.account.address)).toBe(9_900_000n)
  expect(await findChannel(known.id)).toMatchObject({ status: 'open', depositBase: 100_000n, spentBase: unitBase })
})

describe('a payer whose key is delegated', () => {
  it('to code that accepts no signature deposits nothing and gets no work', async () => {
    const payer = await newBatchPayer()
    await delegate(payer.account, silentCode)
    const before = [await calls(), await balanceOf(payer.account.address)]
    expect((await payer.fetch(at(one))).status).toBe(402)
    expect([await calls(), await balanceOf(payer.account.address)]).toEqual(before)
  })

  it('to code that accepts its key’s signatures deposits and buys', async () => {
    const payer = await newBatchPayer()
    await delegateTo(payer.account, payer.account.address)
    expect((await payer.fetch(at(one))).status).toBe(200)
  })

  it('after funding its channel continues with vouchers in any encoding, which the escrow pays', async () => {
    const { payer, known } = await open()
    await delegate(payer.account, silentCode)
    const before = await balanceOf(payTo)
    for (const [at, spelling] of (['yParity', 'highS', 'compact'] as const).entries()) {
      const cumulativeBase = BigInt(at + 2) * unitBase
      const { signature } = await signVoucher(payer.account, known.id, cumulativeBase.toString(), evmNetwork)
      const spelt = spellingsOf(signature)[spelling]
      expect((await send(await voucherOf(payer, known, cumulativeBase, { signature: spelt }))).status).toBe(200)
    }
    const rest = await payer.scheme.refund(at(one))
    expect(rest).toMatchObject({ success: true, amount: (100n * unitBase - 4n * unitBase).toString() })
    expect((await balanceOf(payTo)) - before).toBe(4n * unitBase)
  })
})

describe('one voucher', () => {
  it.each([
    [1, 2n],
    [10, 11n],
  ])(
    'worth %i more, sent a hundred times in parallel to two processes, is delivered that often',
    async (times, units) => {
      const { payer, known } = await open()
      const before = await calls()
      const headers = await voucherOf(payer, known, units * unitBase)
      const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => send(headers, n % 2 ? one : two)))
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(times)
      const refused = answers.filter(({ status }) => status !== 200)
      // 503 if the machine is too slow: nothing was charged then either.
      for (const { status } of refused) expect([402, 503]).toContain(status)
      for (const answer of refused.filter(({ status }) => status === 402))
        expect(errorOf(answer)).toMatch(/^invalid_batch_settlement_evm_(channel_busy|cumulative_amount_mismatch)$/)
      expect((await calls()) - before).toBe(times)
      expect(await booksOf(known.id)).toMatchObject({
        spent: units * unitBase,
        charged: units * unitBase,
        reserved: 0n,
      })
    },
  )
})

describe('an invalid voucher', () => {
  const mismatch = 'invalid_batch_settlement_evm_cumulative_amount_mismatch'
  const signature = 'invalid_batch_settlement_evm_voucher_signature'
  const next = 6n * unitBase
  const cases: [
    string,
    (payer: Payer, known: Known, other: Known) => Promise<Record<string, string>>,
    number,
    string,
  ][] = [
    ['on another channel', (payer, known, { id }) => voucherOf(payer, known, next, { id }), 402, signature],
    [
      'by another key',
      (payer, known) => voucherOf(payer, known, next, { account: privateKeyToAccount(generatePrivateKey()) }),
      402,
      signature,
    ],
    ['with no signature', (payer, known) => voucherOf(payer, known, next, { signature: '0x00' }), 402, signature],
    ['above the deposit', (payer, known) => voucherOf(payer, known, 100_001n), 402, mismatch],
    ['lower than the last', (payer, known) => voucherOf(payer, known, 4n * unitBase), 402, mismatch],
    ['equal to the last', (payer, known) => voucherOf(payer, known, 5n * unitBase), 402, mismatch],
    [
      'of another channel’s config',
      (payer, known, { config }) => voucherOf(payer, known, next, { config }),
      402,
      'invalid_payment_requirements',
    ],
    [
      'for a refund of more than was agreed',
      (payer, known) => voucherOf(payer, known, 4n * unitBase, { type: 'refund' }),
      402,
      mismatch,
    ],
  ]
  let payer: Payer
  let known: Known
  let other: Known
  beforeAll(async () => {
    ;({ payer, known } = await open())
    ;({ known: other } = await open())
    for (let n = 2n; n <= 5n; n++) await send(await voucherOf(payer, known, n * unitBase))
  })

  it.each(cases)('%s', async (_, make, status, error) => {
    const [books, before] = [await booksOf(known.id), await calls()]
    const response = await send(await make(payer, known, other))
    expect([response.status, errorOf(response)]).toEqual([status, error])
    expect(await booksOf(known.id)).toEqual(books)
    expect(await calls()).toBe(before)
  })
})

it('causes no event whose facts the catalogue of webhooks does not show', async () => {
  expect(await unsampledFields()).toEqual([])
})
