import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { db, endHeartbeat, sql } from '@/lib/db'
import { awaitOutcome, ensureSigners, prepareLaunch, storeLaunch, submitNow } from '@/lib/execution'
import type { Payment } from '@/lib/payments'
import { tokenBalance, usdc } from '@/sandbox/evm'
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
  rawOf,
  statusOf,
  track,
  type Shop,
} from '@/sandbox/testing/booking-fixture'
import { chains } from '@/sandbox/testing/chains'
import { applyBatch } from './apply-batch'
import { applyDue } from '../apply-due'
import { bookIncluded } from './book-included'
import { closeBatch } from './close-batch'
import { launchBatch, type LaunchedBatch } from './launch-batch'
import * as Batch from './Batch'

// Payments that leave in one statement and are booked in another: the same rows and the same trail as on the longer way, and each once.

const { evm } = chains()
let shop: Shop

beforeAll(() => ensureSigners(ctx))
beforeEach(async () => {
  shop = await openShop()
  await freeBlocks()
})
afterEach(freeBlocks)
afterAll(() => endHeartbeat())

const settling = (...payments: Payment.Payment[]) => payments.map((payment) => ({ payment }))

async function launch(...payments: Payment.Payment[]): Promise<LaunchedBatch> {
  const launched = await launchBatch(ctx, settling(...payments))
  if (!launched) throw new Error('it did not leave')
  return launched
}

/** Everything that is told of a batch: of its payments, its transaction and itself. */
async function trailOf({ batchId, transactionId }: { batchId: string; transactionId: string }): Promise<string[]> {
  const events = await db.query<{ type: string }>(sql`
    SELECT type FROM audit_event
    WHERE batch_id = ${batchId}::uuid OR transaction_id = ${transactionId}::uuid
      OR payment_id IN (SELECT id FROM payment WHERE batch_id = ${batchId}::uuid)
    ORDER BY seq`)
  return events.map(({ type }) => type)
}

const nextNonce = async () =>
  (
    await db.query<{ nonce: bigint }>(sql`
    SELECT next_nonce AS nonce FROM signer WHERE purpose = 'settlement' AND network = 'eip155:84532'`)
  )[0]?.nonce

const rowOf = async (id: string) =>
  (
    await db.query(sql`
    SELECT status::text, kind, "to", value, gas_limit, lease_until IS NULL AS free, hash IS NOT NULL AS included, reorgs,
      submitted_at IS NOT NULL AS submitted, (SELECT answer FROM attempt WHERE transaction_id = t.id) AS answer,
      (SELECT broadcasts FROM attempt WHERE transaction_id = t.id) AS broadcasts
    FROM transaction t WHERE id = ${id}::uuid`)
  )[0]

describe('one statement', () => {
  it('leaves what the longer way leaves', async () => {
    const [one, other] = [await accept(shop), await accept(shop)]
    const closed = await closeBatch(ctx, settling(one))
    if (!closed) throw new Error('nothing was to be moved')
    await submitNow(ctx, closed.transactionId)
    await applyBatch(ctx, closed.batchId, await awaitOutcome(closed.transactionId, 10_000))
    const launched = await launch(other)
    const { include, results } = bookIncluded(launched)
    await awaitOutcome(launched.transactionId, 10_000, include)
    expect(results()?.get(other.id)).toMatchObject({ kind: 'settled', delivered: false })
    expect(await trailOf(launched)).toEqual(await trailOf(closed))
    expect(await rowOf(launched.transactionId)).toEqual(await rowOf(closed.transactionId))
    expect(await statusOf(other.id)).toEqual(await statusOf(one.id))
    expect(await tokenBalance(evm, usdc, shop.payTo)).toBe(2n * price)
    expect(await held(`cash:${shop.payTo}`)).toBe(2n * price)
  })

  it('run twice at the same moment, writes once', async () => {
    const payment = await accept(shop)
    const nonce = await nextNonce()
    const both = await Promise.all([launchBatch(ctx, settling(payment)), launchBatch(ctx, settling(payment))])
    const launched = both.filter((one) => one !== undefined)
    expect(launched).toHaveLength(1)
    expect(await nextNonce()).toBe((nonce ?? 0n) + 1n)
    expect(await eventsOf(payment.id)).toEqual(['accepted', 'settling'])
    await awaitOutcome(launched[0]!.transactionId, 10_000, bookIncluded(launched[0]!).include)
    expect(await held(`cash:${shop.payTo}`)).toBe(price)
  })

  it('writes nothing, and takes no nonce, where a payment is another process’s by now', async () => {
    const [mine, lost] = [await accept(shop), await accept(shop)]
    await db.execute(sql`UPDATE payment SET owner_id = NULL WHERE id = ${lost.id}::uuid`)
    const nonce = await nextNonce()
    expect(await launchBatch(ctx, settling(mine, lost))).toBeUndefined()
    expect(await nextNonce()).toBe(nonce)
    expect([await statusOf(mine.id), await statusOf(lost.id)]).toEqual(
      Array(2).fill({ status: 'authorized', settlement: 'none' }),
    )
    const closed = await closeBatch(ctx, settling(mine, lost))
    expect(closed?.items).toHaveLength(1)
    await submitNow(ctx, closed!.transactionId)
    await awaitOutcome(closed!.transactionId, 10_000)
  })
})

describe('the books', () => {
  it('written by two at the same moment, are written once', async () => {
    const payments = [await accept(shop), await accept(shop)]
    const launched = await launch(...payments)
    const [one, two] = [bookIncluded(launched), bookIncluded(launched)]
    const receipts: Parameters<typeof one.include>[] = []
    await awaitOutcome(launched.transactionId, 10_000, async (...seen) => {
      receipts.push(seen)
      return (await Promise.all([one.include(...seen), two.include(...seen)]))[0]
    })
    expect([one.results(), two.results()].filter((results) => results !== undefined)).toHaveLength(1)
    expect(await held(`cash:${shop.payTo}`)).toBe(2n * price)
    for (const { id } of payments) expect(await eventsOf(id)).toEqual(['accepted', 'settling', 'settled'])
    const trail = await trailOf(launched)
    expect(trail.filter((type) => type === 'transaction.included' || type === 'batch.applied')).toHaveLength(2)
    // A third time, much later.
    expect(await one.include(...receipts[0]!)).toBeUndefined()
    expect(await held(`cash:${shop.payTo}`)).toBe(2n * price)
  })

  it('are left to the check of each payment, where a receipt does not show all of them', async () => {
    const payment = await accept(shop)
    const launched = await launch(payment)
    const { include, results } = bookIncluded(launched)
    const outcome = await awaitOutcome(launched.transactionId, 10_000, (own, subject, receipt) =>
      include(own, subject, { ...receipt, logs: [] }),
    )
    expect(results()).toBeUndefined()
    expect(await statusOf(payment.id)).toEqual({ status: 'authorized', settlement: 'pending' })
    expect(outcome.kind).toBe('included')
  })

  it('are taken back when the block vanishes, and written again', async () => {
    const payment = await accept(shop)
    await holdBlocks()
    const snapshot = await evm.rpc<string>('evm_snapshot', [])
    const launched = await launch(payment)
    await mine()
    const { include, results } = bookIncluded(launched)
    await awaitOutcome(launched.transactionId, 10_000, include)
    expect(results()?.size).toBe(1)
    const raw = await rawOf(launched.transactionId)
    await evm.rpc('evm_revert', [snapshot])
    await mine(2)
    await track()
    await applyDue(ctx)
    expect(await statusOf(payment.id)).toMatchObject({ settlement: 'pending' })
    expect(await held(`cash:${shop.payTo}`)).toBe(0n)
    await evm.rpc('eth_sendRawTransaction', [raw]).catch(() => undefined)
    await mine()
    await track()
    await applyDue(ctx)
    expect(await statusOf(payment.id)).toMatchObject({ settlement: 'settled' })
    expect(await held(`cash:${shop.payTo}`)).toBe(price)
  })
})

// Last: it leaves a gap in the lane.
it('signs again where another process has taken the nonce that was expected', async () => {
  const payment = await accept(shop)
  const call = Batch.toCall([payment])
  const prepared = await prepareLaunch(ctx, call)
  if (prepared?.kind !== 'call') throw new Error('it cannot leave')
  const [row] = await db.query<{ nonce: bigint }>(sql`
    UPDATE signer SET next_nonce = next_nonce + 1 WHERE address = ${prepared.transaction.signer} AND network = ${call.network}
    RETURNING next_nonce AS nonce`)
  expect(await storeLaunch(ctx, prepared, { part: {}, events: [] })).toBeDefined()
  const stored = await db.query(sql`SELECT nonce FROM transaction WHERE id = ${prepared.transaction.id}::uuid`)
  expect(stored).toEqual([{ nonce: row?.nonce }])
  expect(await nextNonce()).toBe((row?.nonce ?? 0n) + 1n)
})
