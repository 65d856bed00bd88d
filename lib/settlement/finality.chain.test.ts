import type { Address } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fundUsdc, tokenBalance, usdc } from '@/sandbox/evm'
import { chains } from '@/sandbox/testing/chains'
import {
  accept,
  ctx,
  drain,
  eventsOf,
  freeBlocks,
  held,
  holdBlocks,
  mine,
  newPayer,
  openShop,
  price,
  rawOf,
  statusOf,
  submitElsewhere,
  track,
  type Shop,
} from '@/sandbox/testing/booking-fixture'
import { db, endHeartbeat, sql } from '@/lib/db'
import { awaitOutcome, ensureSigners, submitNow } from '@/lib/execution'
import { deliverPayment, refundPayment, type Payment } from '@/lib/payments'
import { applyBatch } from './payments/apply-batch'
import { applyDue } from './apply-due'
import { closeBatch, type ClosedBatch } from './payments/close-batch'
import { payRefunds } from './refunds/pay-refunds'

// What a block says of payments and refunds before it is final, and what comes of them when it vanishes.

const { evm } = chains()
let shop: Shop
/** Where this installation alone sells. */
const alone = privateKeyToAccount(generatePrivateKey()).address.toLowerCase() as Address
process.env.EXCLUSIVE_PAYEES = alone

beforeAll(() => ensureSigners(ctx))
beforeEach(async () => {
  shop = await openShop()
  await freeBlocks()
})
afterEach(freeBlocks)
afterAll(() => endHeartbeat())

/** Signs and sends a batch; its transaction waits in the pool for a block. */
async function send(...payments: Payment.Payment[]): Promise<ClosedBatch> {
  const closed = await closeBatch(
    ctx,
    payments.map((payment) => ({ payment })),
  )
  if (!closed) throw new Error('nothing was to be moved')
  await submitNow(ctx, closed.transactionId)
  return closed
}

async function apply({ batchId, transactionId }: ClosedBatch): Promise<void> {
  await applyBatch(ctx, batchId, await awaitOutcome(transactionId, 10_000))
}

/** Claimed payments that are settled, by a block of their own. */
async function settle(payments: readonly Payment.Payment[]): Promise<ClosedBatch> {
  await holdBlocks()
  const closed = await send(...payments)
  await mine()
  await apply(closed)
  for (const { id } of payments) expect(await statusOf(id)).toMatchObject({ settlement: 'settled' })
  return closed
}

/** Until nothing about these payments can change any more. */
async function finish(ids: readonly string[], isOver: (settlement: string) => boolean): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    await mine()
    await track()
    await applyDue(ctx)
    const rows = await Promise.all(ids.map(statusOf))
    if (rows.every((row) => isOver(row?.settlement ?? ''))) return
  }
  throw new Error('it is not over')
}

const deliver = (paymentId: string) =>
  deliverPayment(ctx, { paymentId, upstreamStatus: 200, upstreamEndedAtMs: Date.now() }, shop)
const cash = () => held(`cash:${shop.payTo}`)
const balance = () => tokenBalance(evm, usdc, shop.payTo)

describe('a revert', () => {
  it('in a block that is not final voids nothing: undone, the same bytes pay', async () => {
    const payer = await newPayer()
    const payment = await accept(shop, payer)
    await holdBlocks()
    const closed = await send(payment)
    await drain(payer.address)
    await mine()
    const outcome = await awaitOutcome(closed.transactionId, 10_000)
    expect(outcome).toMatchObject({ kind: 'reverted', isFinal: false })
    expect(await applyBatch(ctx, closed.batchId, outcome)).toMatchObject({
      waitsFor: expect.stringContaining('not final') as string,
    })
    expect(await statusOf(payment.id)).toEqual({ status: 'authorized', settlement: 'pending' })
    await evm.rpc('anvil_reorg', [1, [[await rawOf(closed.transactionId), 0]]])
    await finish([payment.id], (settlement) => settlement === 'settled')
    expect(await balance()).toBe(price)
    expect(await cash()).toBe(price)
  })

  it('in a final block voids', async () => {
    const payer = await newPayer()
    const payment = await accept(shop, payer)
    await holdBlocks()
    await send(payment)
    await drain(payer.address)
    await finish([payment.id], (settlement) => settlement === 'failed')
    expect(await statusOf(payment.id)).toEqual({ status: 'voided', settlement: 'failed' })
    expect(await cash()).toBe(0n)
    const [batch] = await db.query(
      sql`SELECT status, waits_for AS waits FROM settlement_batch ORDER BY created_at DESC LIMIT 1`,
    )
    expect(batch).toEqual({ status: 'failed', waits: null })
  })
})

describe('a settlement that a reorganisation undoes', () => {
  it('is taken back by name, and booked again when the same bytes are included again', async () => {
    const payment = await accept(shop)
    const closed = await settle([payment])
    await deliver(payment.id)
    await evm.rpc('anvil_reorg', [1, []])
    expect(await balance()).toBe(0n)
    await track()
    await applyDue(ctx)
    expect(await statusOf(payment.id)).toEqual({ status: 'delivered', settlement: 'pending' })
    expect(await cash()).toBe(0n)
    await evm.rpc('eth_sendRawTransaction', [await rawOf(closed.transactionId)]).catch(() => undefined)
    await finish([payment.id], (settlement) => settlement === 'settled')
    expect(await statusOf(payment.id)).toEqual({ status: 'delivered', settlement: 'settled' })
    expect(await cash()).toBe(await balance())
    expect(await cash()).toBe(price)
    expect(await eventsOf(payment.id)).toEqual([
      ...['accepted', 'settling', 'settled', 'delivered', 'reorged', 'settled'],
    ])
    expect(await held(`receivable:${shop.merchantId}`)).toBe(0n)
  })

  it('whose batch then carries one member less: that one is named, and its answer stays owed', async () => {
    const payer = await newPayer()
    const [good, bad] = [await accept(shop), await accept(shop, payer)]
    const closed = await settle([good, bad])
    await deliver(good.id)
    await deliver(bad.id)
    const raw = await rawOf(closed.transactionId)
    // In the block that comes instead, the payer's money leaves first.
    await evm.rpc('anvil_reorg', [1, []])
    await drain(payer.address)
    await evm.rpc('eth_sendRawTransaction', [raw]).catch(() => undefined)
    await finish([good.id, bad.id], (settlement) => settlement !== 'pending')
    await finish([bad.id], (settlement) => settlement === 'failed')
    expect(await statusOf(good.id)).toEqual({ status: 'delivered', settlement: 'settled' })
    expect(await statusOf(bad.id)).toEqual({ status: 'delivered', settlement: 'failed' })
    expect(await cash()).toBe(price)
    expect(await balance()).toBe(price)
    expect(await held(`receivable:${shop.merchantId}`)).toBe(price)
    expect((await eventsOf(bad.id)).slice(-2)).toEqual(['reorged', 'settlement_failed'])
  })

  it('cannot be booked by what was read before it', async () => {
    const payment = await accept(shop)
    await holdBlocks()
    const closed = await send(payment)
    await mine()
    const stale = await awaitOutcome(closed.transactionId, 10_000)
    await evm.rpc('anvil_reorg', [1, []])
    await track()
    await applyDue(ctx)
    await expect(applyBatch(ctx, closed.batchId, stale)).rejects.toMatchObject({ code: 'stale-state' })
    expect(await statusOf(payment.id)).toMatchObject({ settlement: 'pending' })
    expect(await cash()).toBe(0n)
  })
})

describe('what rests on a transaction of another party', () => {
  it('is taken back when its block vanishes, and booked by what comes instead', async () => {
    shop = await openShop(alone)
    const payment = await accept(shop)
    await holdBlocks()
    const closed = await send(payment)
    await submitElsewhere(payment)
    await mine()
    await apply(closed)
    expect(await statusOf(payment.id)).toMatchObject({ settlement: 'settled' })
    const raw = await rawOf(closed.transactionId)
    await evm.rpc('anvil_reorg', [1, []])
    await evm.rpc('anvil_dropAllTransactions', [])
    for (let tries = 0; (await statusOf(payment.id))?.settlement === 'settled' && tries < 10; tries++) {
      await track()
      await applyDue(ctx, 2_000)
    }
    expect(await statusOf(payment.id)).toEqual({ status: 'authorized', settlement: 'pending' })
    expect(await cash()).toBe(0n)
    await evm.rpc('eth_sendRawTransaction', [raw]).catch(() => undefined)
    await finish([payment.id], (settlement) => settlement === 'settled')
    expect(await cash()).toBe(price)
    expect(await balance()).toBe(price)
    expect(await eventsOf(payment.id)).toEqual(['accepted', 'settling', 'settled', 'reorged', 'settled'])
  })

  it('is owed back when it comes after the payment has failed', async () => {
    shop = await openShop(alone)
    const payer = await newPayer()
    const payment = await accept(shop, payer)
    await drain(payer.address)
    await mine()
    const closed = await send(payment)
    await apply(closed)
    expect(await statusOf(payment.id)).toEqual({ status: 'voided', settlement: 'failed' })
    await fundUsdc(evm, payer.address, price)
    await submitElsewhere(payment)
    await mine()
    await track()
    await applyDue(ctx, 2_000)
    expect(await statusOf(payment.id)).toEqual({ status: 'refund_due', settlement: 'settled' })
    expect(await held(`refund_payable:${shop.merchantId}`)).toBe(-price)
    expect(await eventsOf(payment.id)).toContain('moved_late')
  })
})

describe('a refund that a reorganisation undoes', () => {
  it('counts as sent again, and is paid once', async () => {
    const payer = await newPayer()
    const payment = await accept(shop, payer)
    await settle([payment])
    await refundPayment(ctx, payment.id, 'no answer')
    // Blocks below it that no reorganisation of this test undoes.
    await mine(5)
    const refundOf = async () =>
      (
        await db.query<{ status: string; hash: string | null }>(
          sql`SELECT status, tx_hash AS hash FROM refund WHERE payment_id = ${payment.id}::uuid`,
        )
      )[0]
    await payRefunds(ctx)
    await mine()
    for (let tries = 0; (await refundOf())?.status !== 'paid' && tries < 20; tries++) {
      await track()
      await payRefunds(ctx)
    }
    expect(await refundOf()).toMatchObject({ status: 'paid' })
    expect(await held(`refund_payable:${shop.merchantId}`)).toBe(0n)
    await evm.rpc('anvil_reorg', [1, []])
    await track()
    await applyDue(ctx)
    expect(await refundOf()).toEqual({ status: 'sent', hash: null })
    expect(await statusOf(payment.id)).toEqual({ status: 'refund_due', settlement: 'settled' })
    expect(await held(`refund_payable:${shop.merchantId}`)).toBe(-price)
    for (let tries = 0; (await refundOf())?.status !== 'paid' && tries < 20; tries++) {
      await mine()
      await track()
      await applyDue(ctx)
      await payRefunds(ctx)
    }
    expect(await statusOf(payment.id)).toEqual({ status: 'refunded', settlement: 'settled' })
    expect(await tokenBalance(evm, usdc, payer.address)).toBe(price)
    expect(await held(`refund_payable:${shop.merchantId}`)).toBe(0n)
    expect((await eventsOf(payment.id)).slice(-3)).toEqual(['refunded', 'refund_reorged', 'refunded'])
  })
})
