import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { numberToHex, type Address, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { MemberScope } from '@/lib/auth'
import { addressesFor, Erc20 } from '@/lib/chains'
import { createCtx } from '@/lib/ctx'
import { db, endHeartbeat, sql } from '@/lib/db'
import { awaitOutcome, ensureSigners, submitDue, submitNow } from '@/lib/execution'
import { cancelRefund, deliverPayment, requestRefund, type Payment } from '@/lib/payments'
import { evmNetwork, fundUsdc, tokenBalance, usdc } from '@/sandbox/evm'
import {
  accept,
  ctx,
  eventsOf,
  freeBlocks,
  held,
  holdBlocks,
  mine,
  openShop,
  price,
  statusOf,
  track,
  type Shop,
} from '@/sandbox/testing/booking-fixture'
import type { Failpoint } from '@/lib/failpoint'
import { bundle } from '@/sandbox/testing/bundle'
import { chains } from '@/sandbox/testing/chains'
import { applyDue, checkSums, nameRefundTransfer, payRefunds, reconcile } from '..'
import { applyBatch } from '../payments/apply-batch'
import { closeBatch } from '../payments/close-batch'

// Refunds that a member requests, against a chain: by the refund wallet, and by the merchant's own wallet.

const { evm } = chains()
const asset = usdc.toLowerCase()
const owner = privateKeyToAccount(generatePrivateKey()).address.toLowerCase()
const member = createCtx({ kind: 'member', id: owner })
const newAddress = () => privateKeyToAccount(generatePrivateKey()).address.toLowerCase() as Address
let shop: Shop
let payment: Payment.Payment

beforeAll(() => ensureSigners(ctx))
beforeEach(async () => {
  await freeBlocks()
  shop = await openShop()
  payment = await sell()
})
afterEach(freeBlocks)
afterAll(() => endHeartbeat())

const scope = (change: Partial<MemberScope.MemberScope> = {}): MemberScope.MemberScope => ({
  ...{ operator: true, merchantId: shop.merchantId, address: owner, role: 'owner' },
  ...change,
})

/** A payment that moved on chain and was answered. */
async function sell(): Promise<Payment.Payment> {
  const sold = await accept(shop)
  const closed = await closeBatch(ctx, [{ payment: sold }])
  if (!closed) throw new Error('nothing was to be moved')
  await submitNow(ctx, closed.transactionId)
  await applyBatch(ctx, closed.batchId, await awaitOutcome(closed.transactionId, 10_000))
  await deliverPayment(ctx, { paymentId: sold.id, upstreamStatus: 200, upstreamEndedAtMs: Date.now() }, shop)
  return sold
}

const ask = async (request: object, idempotencyKey: string = randomUUID()) =>
  (
    await requestRefund(member, scope(), {
      paymentId: payment.id,
      request: { reason: 'The answer was wrong.', ...request },
      idempotencyKey,
    })
  ).id

type Seen = { status: string; heldReason: string | null; txHash: string | null; logIndex: number | null }

async function look(id: string): Promise<Seen> {
  const [row] = await db.query<Seen>(
    sql`SELECT status::text, held_reason, tx_hash, log_index FROM refund WHERE id = ${id}::uuid`,
  )
  return row!
}

/** What the background tasks do in a moment. */
async function work(): Promise<void> {
  await track()
  await submitDue(ctx, 1_000)
  await payRefunds(ctx, 60_000)
  await applyDue(ctx, 1_000)
}

const untilPaid = (id: string) =>
  expect.poll(async () => work().then(() => look(id)), { interval: 50 }).toMatchObject({ status: 'paid' })

/** A transfer of USDC by a wallet of no signer of this server. */
async function transfer(from: Address, to: string, amountBase: bigint): Promise<Hex> {
  const { rpc } = evm
  await rpc('anvil_setBalance', [from, numberToHex(10n ** 18n)])
  await rpc('anvil_impersonateAccount', [from])
  const data = Erc20.transferData(to, amountBase)
  return rpc<Hex>('eth_sendTransaction', [{ from, to: usdc, data, gas: '0x30d40' }])
}

const nameHash = (id: string, hash: string) => nameRefundTransfer(member, scope(), { id, hash })
const balance = (of: string) => tokenBalance(evm, usdc, of as Address)
const payable = () => held(`refund_payable:${shop.merchantId}`)
const revenue = () => held(`revenue:${shop.merchantId}`)

/** The last comparison of an address with the chain, made now. */
async function compare(address: string): Promise<{ differenceBase: bigint; ledgerBase: bigint }> {
  await mine(5)
  await reconcile(ctx, 10_000)
  const [row] = await db.query<{ differenceBase: bigint; ledgerBase: bigint }>(sql`
    SELECT difference_base, ledger_base FROM reconciliation WHERE address = ${address} ORDER BY id DESC LIMIT 1`)
  return row!
}

describe('by the refund wallet', () => {
  it('in parts: each is a transfer of its own, and the payment is refunded with the last', async () => {
    const parts = [await ask({ amount: '0.003' }), await ask({ amount: '0.002' })]
    for (const id of parts) await untilPaid(id)
    expect(await balance(payment.payer)).toBe(5_000n)
    expect(await statusOf(payment.id)).toEqual({ status: 'delivered', settlement: 'settled' })
    const rest = await ask({})
    expect(await statusOf(payment.id)).toMatchObject({ status: 'refund_due' })
    await untilPaid(rest)
    expect(await balance(payment.payer)).toBe(price)
    expect(await statusOf(payment.id)).toMatchObject({ status: 'refunded' })
    expect([await payable(), await revenue()]).toEqual([0n, 0n])
    // The refund wallet paid it: the pay-to address keeps what it got, as the chain says.
    expect(await compare(shop.payTo)).toEqual({ differenceBase: 0n, ledgerBase: price })
    expect(await checkSums(ctx)).toBe(0)
  })

  it('of two parts that are booked at the same moment the second one closes the payment', async () => {
    const parts = [await ask({ amount: '0.004' }), await ask({ amount: '0.006' })]
    await expect
      .poll(async () => {
        await Promise.all([work(), payRefunds(ctx, 60_000)])
        return (await Promise.all(parts.map(look))).map(({ status }) => status)
      })
      .toEqual(['paid', 'paid'])
    expect(await statusOf(payment.id)).toMatchObject({ status: 'refunded' })
  })

  it('that holds too little: it stays due and says why, and is paid once the wallet is filled', async () => {
    const [wallet = ''] = addressesFor(evmNetwork, 'refund')
    const heldBase = await balance(wallet)
    await transfer(wallet as Address, `0x${'99'.repeat(20)}`, heldBase)
    // Blocks come by themselves only once a second.
    await mine()
    expect(await balance(wallet)).toBe(0n)
    const id = await ask({})
    await work()
    const { status, heldReason } = await look(id)
    expect(status).toBe('due')
    expect(heldReason).toMatch(/^Only 0 USDC is left for it in the refund wallet 0x[0-9a-f]{40}\.$/)
    await fundUsdc(evm, wallet as Address, heldBase)
    await untilPaid(id)
    expect(await balance(payment.payer)).toBe(price)
  })

  it('pays nothing while a reorganisation has undone its payment, says so, and pays when that has moved again', async () => {
    payment = await accept(shop)
    await holdBlocks()
    const closed = await closeBatch(ctx, [{ payment }])
    if (!closed) throw new Error('nothing was to be moved')
    await submitNow(ctx, closed.transactionId)
    await mine()
    await applyBatch(ctx, closed.batchId, await awaitOutcome(closed.transactionId, 10_000))
    await deliverPayment(ctx, { paymentId: payment.id, upstreamStatus: 200, upstreamEndedAtMs: Date.now() }, shop)
    const id = await ask({})
    await evm.rpc('anvil_reorg', [1, []])
    await expect
      .poll(async () =>
        track()
          .then(() => applyDue(ctx, 1_000))
          .then(() => statusOf(payment.id)),
      )
      .toEqual({ status: 'refund_due', settlement: 'pending' })
    await payRefunds(ctx, 60_000)
    expect(await look(id)).toMatchObject({
      status: 'due',
      heldReason: 'The transfer of its payment left the chain. It is sent when the payment has moved again.',
    })
    expect(await balance(payment.payer)).toBe(price)
    await freeBlocks()
    await untilPaid(id)
    expect(await statusOf(payment.id)).toEqual({ status: 'refunded', settlement: 'settled' })
    expect(await balance(payment.payer)).toBe(price)
    expect((await compare(shop.payTo)).differenceBase).toBe(0n)
  })
})

describe('by the merchant’s own wallet', () => {
  it('the address that payments arrive at: booked when final, and the books stay equal to the chain throughout', async () => {
    const wallet = shop.payTo
    expect((await compare(wallet)).differenceBase).toBe(0n)
    await holdBlocks()
    const id = await ask({ wallet, amount: '0.004' })
    await payRefunds(ctx, 60_000)
    expect(await look(id)).toMatchObject({ status: 'due' })
    const hash = await transfer(wallet, payment.payer, 4_000n)
    expect(await nameHash(id, hash)).toMatch(/^The chain does not show the transaction yet/)
    await mine()
    await work()
    expect(await look(id)).toMatchObject({
      status: 'sent',
      txHash: hash,
      heldReason: expect.stringMatching(/^Its transfer is in block \d+, which is not final yet\.$/),
    })
    expect(await held(`cash:${wallet}`)).toBe(price)
    // It has left the address and is not booked: the comparison knows of it.
    const open = await compare(wallet)
    expect(open).toMatchObject({ differenceBase: 0n, ledgerBase: price - 4_000n })
    await mine(200)
    await work()
    expect(await look(id)).toMatchObject({ status: 'paid', txHash: hash })
    expect(await held(`cash:${wallet}`)).toBe(price - 4_000n)
    expect([await payable(), await revenue()]).toEqual([0n, -(price - 4_000n)])
    expect(await compare(wallet)).toEqual({ differenceBase: 0n, ledgerBase: price - 4_000n })
    expect(await checkSums(ctx)).toBe(0)
    expect(await eventsOf(payment.id)).toEqual(expect.arrayContaining(['refund_requested', 'refund_sent', 'refunded']))
    expect(await statusOf(payment.id)).toMatchObject({ status: 'delivered' })
  })

  it('another one of its wallets: its own money, and no address is compared for it', async () => {
    const wallet = newAddress()
    await fundUsdc(evm, wallet, price)
    const id = await ask({ wallet })
    await nameHash(id, await transfer(wallet, payment.payer, price))
    await mine(200)
    await untilPaid(id)
    expect(await held(`own_wallet:${wallet}`)).toBe(-price)
    expect(await db.query(sql`SELECT FROM cash_sum WHERE address = ${wallet}`)).toEqual([])
    expect(await statusOf(payment.id)).toMatchObject({ status: 'refunded' })
  })

  it('a hash that does not show exactly the transfer is refused with what it shows instead', async () => {
    const wallet = newAddress()
    await fundUsdc(evm, wallet, price)
    const [id, other] = [await ask({ wallet, amount: '0.004' }), newAddress()]
    const wrong: [Hex, RegExp][] = [
      [
        await transfer(wallet, payment.payer, 3_000n),
        /sends 0\.003 USDC from 0x\w+ to 0x\w+\. It must send exactly 0\.004 USDC/,
      ],
      [await transfer(wallet, other, 4_000n), new RegExp(`to ${other}\\. It must send`)],
      [await transfer(shop.payTo, payment.payer, 4_000n), new RegExp(`from ${shop.payTo} to`)],
    ]
    await mine()
    for (const [hash, sentence] of wrong)
      await expect(nameHash(id, hash)).rejects.toMatchObject({
        code: 'bad-input',
        fields: [{ field: 'hash', message: expect.stringMatching(sentence) }],
      })
    for (const malformed of ['', '0x12', 'abc'])
      await expect(nameHash(id, malformed)).rejects.toMatchObject({ fields: [{ field: 'hash' }] })
    expect(await look(id)).toMatchObject({ status: 'due', txHash: null })
  })

  it('a transfer pays one refund: neither one that paid another, nor one of the refund wallet, nor an older one', async () => {
    const wallet = newAddress()
    await fundUsdc(evm, wallet, price)
    const early = await transfer(wallet, payment.payer, 1_000n)
    await mine()
    // Bought after the transfer: that one cannot refund it.
    const first = payment
    payment = { ...(await sell()), payer: first.payer }
    await db.execute(sql`UPDATE payment SET payer = ${first.payer} WHERE id = ${payment.id}::uuid`)
    const [one, two] = [await ask({ wallet, amount: '0.001' }), await ask({ wallet, amount: '0.001' })]
    await expect(nameHash(one, early)).rejects.toMatchObject({ fields: [{ message: expect.stringMatching(/older/) }] })
    const hash = await transfer(wallet, payment.payer, 1_000n)
    const answers = await Promise.allSettled([nameHash(one, hash), nameHash(two, hash)])
    await mine(200)
    await work()
    await work()
    expect((await Promise.all([one, two].map(look))).map(({ status }) => status).toSorted()).toEqual(['due', 'paid'])
    expect(answers.some(({ status }) => status === 'fulfilled')).toBe(true)
    const unpaid = (await look(one)).status === 'due' ? one : two
    await expect(nameHash(unpaid, hash)).rejects.toMatchObject({
      fields: [{ message: expect.stringMatching(/already pays another refund/) }],
    })
    expect(await payable()).toBe(-1_000n)
    await nameHash(unpaid, await transfer(wallet, payment.payer, 1_000n))
    await mine(200)
    await untilPaid(unpaid)
    const bySigner = await ask({ amount: '0.001' })
    await untilPaid(bySigner)
    const last = await ask({ wallet, amount: '0.001' })
    await expect(nameHash(last, (await look(bySigner)).txHash ?? '')).rejects.toMatchObject({
      fields: [{ message: 'This transaction already pays another refund.' }],
    })
  })

  it('a transaction that reverted makes it due again once that is final; withdrawn, it costs nothing', async () => {
    await holdBlocks()
    const wallet = newAddress()
    const id = await ask({ wallet })
    const hash = await transfer(wallet, payment.payer, price)
    await nameHash(id, hash)
    await expect(cancelRefund(member, scope(), id)).rejects.toMatchObject({ code: 'not-refundable' })
    await mine()
    await work()
    expect(await look(id)).toMatchObject({
      status: 'sent',
      heldReason: expect.stringMatching(/reverted.*not final yet/),
    })
    await mine(200)
    await work()
    expect(await look(id)).toMatchObject({ status: 'due', txHash: null, heldReason: expect.stringMatching(/reverted/) })
    expect(await eventsOf(payment.id)).toContain('refund_failed')
    await cancelRefund(member, scope(), id)
    expect(await statusOf(payment.id)).toMatchObject({ status: 'delivered' })
    expect(await revenue()).toBe(-price)
  })

  it('whose block a reorganisation removes is looked for again, and booked once', async () => {
    const wallet = newAddress()
    await fundUsdc(evm, wallet, price)
    await holdBlocks()
    const id = await ask({ wallet })
    const hash = await transfer(wallet, payment.payer, price)
    await mine()
    await nameHash(id, hash)
    expect((await look(id)).logIndex).not.toBeNull()
    await evm.rpc('anvil_reorg', [1, []])
    await work()
    expect(await look(id)).toMatchObject({ status: 'sent', logIndex: null })
    expect(await payable()).toBe(-price)
    // The wallet sends it again, in another transaction.
    const again = await transfer(wallet, payment.payer, price)
    await mine(200)
    await nameHash(id, again)
    await work()
    expect(await look(id)).toMatchObject({ status: 'paid', txHash: again })
    expect(await balance(payment.payer)).toBe(price)
  })

  it('is never one of this server’s wallets', async () => {
    const [wallet = ''] = addressesFor(evmNetwork, 'refund')
    await expect(ask({ wallet })).rejects.toMatchObject({ fields: [{ field: 'wallet' }] })
    expect(asset).toBe(payment.asset)
  })
})

describe('a process that is killed', () => {
  const requests = new URL('../../../sandbox/testing/refund-request-process.ts', import.meta.url)
  const pays = new URL('../../../sandbox/testing/refund-process.ts', import.meta.url)

  async function killAt(program: URL, point: Failpoint, message?: object): Promise<void> {
    const child = fork(await bundle(program), {
      env: { ...process.env, LOG_LEVEL: 'silent', SLUICE_DEMO: '1', SLUICE_FAILPOINT: point },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    if (message) child.send(message)
    const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    expect(signal).toBe('SIGKILL')
    // As if a minute had passed.
    await db.execute(sql`UPDATE task_run SET lease_until = now() - interval '1 second'`)
    await db.execute(sql`UPDATE refund SET due_at = now() WHERE status IN ('due', 'sent')`)
  }

  it.each(['before-commit', 'after-commit'] as const)(
    'at %s of a request has made one refund or none',
    async (point) => {
      const idempotencyKey = randomUUID()
      const request = { reason: 'The answer was wrong.', amount: '0.006' }
      await killAt(requests, point, { scope: scope(), paymentId: payment.id, request, idempotencyKey })
      const stored = await db.query(sql`SELECT FROM refund WHERE payment_id = ${payment.id}::uuid`)
      expect(stored).toHaveLength(point === 'before-commit' ? 0 : 1)
      const id = await ask(request, idempotencyKey)
      await untilPaid(id)
      expect(await balance(payment.payer)).toBe(6_000n)
      expect([await payable(), await revenue()]).toEqual([0n, -4_000n])
    },
  )

  it.each(['before-refund-booked', 'before-commit'] as const)(
    'at %s of an own transfer books it once',
    async (point) => {
      const wallet = newAddress()
      await fundUsdc(evm, wallet, price)
      await holdBlocks()
      const id = await ask({ wallet })
      await nameHash(id, await transfer(wallet, payment.payer, price))
      await mine(200)
      await killAt(pays, point)
      expect(await look(id)).toMatchObject({ status: 'sent' })
      await Promise.all([work(), work()])
      await work()
      expect(await look(id)).toMatchObject({ status: 'paid' })
      expect([await payable(), await held(`own_wallet:${wallet}`)]).toEqual([0n, -price])
    },
  )
})
