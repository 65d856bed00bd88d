import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { Reserve } from '@/lib/chains'
import { findSettleable } from '@/lib/channels'
import { db, sql, withTransaction } from '@/lib/db'
import {
  balanceOf,
  books,
  ctx,
  look,
  openSeller,
  send,
  signVoucher,
  spend,
  type Seller,
} from '@/sandbox/testing/channel-fixture'
import { setUpSettlement, batchesOf, makeDue, openSpent, settleAll, waitMs } from '@/sandbox/testing/settlement-harness'
import { beginChannelBatch } from './begin-channel-batch'
import * as ChannelPlan from './ChannelPlan'
import { closeChannel, previewSettlement, reconcile, settleChannelNow, settleChannels } from '../index'

setUpSettlement()

let seller: Seller
beforeEach(async () => {
  seller = await openSeller()
})

describe('settling', () => {
  it('pays many channels by one transaction, once', async () => {
    const opened = []
    for (const spent of [10_000n, 20_000n, 30_000n]) opened.push(await openSpent(seller, spent))
    const before = await balanceOf(seller.payee.address)
    await settleChannels(ctx, 5_000)
    expect(await batchesOf(seller)).toEqual([])
    await makeDue()
    await settleAll()
    expect(await batchesOf(seller)).toEqual([{ size: 3, status: 'applied', settled: 3 }])
    expect((await balanceOf(seller.payee.address)) - before).toBe(60_000n)
    expect(await books(seller)).toEqual({ cash: 60_000n, revenue: 60_000n, receivable: 0n })
    for (const { id } of opened) expect(await look(id)).toMatchObject({ settlementId: null, settledUnits: 1n })
    await makeDue()
    await settleAll()
    expect(await batchesOf(seller)).toHaveLength(1)
  })

  it('takes the voucher that is nearest to what was spent, and never more than the schedule allows', async () => {
    const near = await openSpent(seller, 10_000n, 90_000n)
    const far = await openSpent(seller, 10_000n, 500_000n)
    const stepped = await openSpent(seller, 10_000n)
    await spend(stepped.payer, await look(stepped.id), 500_000n, 480_000n)
    await makeDue()
    await settleAll()
    expect(await look(near.id)).toMatchObject({ settledBase: 100_000n, parkedReason: null })
    const parkedReason = expect.stringContaining('more than the schedule allows') as string
    expect(await look(far.id)).toMatchObject({ settledBase: 0n, parkedReason })
    expect(await look(stepped.id)).toMatchObject({ settledBase: 10_000n, spentBase: 20_000n })
    expect((await books(seller)).receivable).toBe(40_000n - 110_000n)
  })

  it('leaves out what was settled or closed behind our back, and the others settle', async () => {
    const [one, two, three] = [
      await openSpent(seller, 10_000n),
      await openSpent(seller, 20_000n),
      await openSpent(seller, 30_000n),
    ]
    const { settleData, closeData } = Reserve
    const first = await look(one.id)
    await send(seller.payee, settleData(first.descriptor, 10_000n, await signVoucher(one.payer, one.id, 10_000n)))
    const voucher = await signVoucher(two.payer, two.id, 20_000n)
    await send(seller.payee, closeData((await look(two.id)).descriptor, 20_000n, 15_000n, voucher))
    await makeDue()
    await settleAll()
    expect(await batchesOf(seller)).toEqual([{ size: 1, status: 'applied', settled: 1 }])
    expect(await look(one.id)).toMatchObject({ status: 'open', settledBase: 10_000n })
    expect(await look(two.id)).toMatchObject({ status: 'closed', settledBase: 15_000n })
    expect(await look(three.id)).toMatchObject({ settledBase: 30_000n })
    expect(await books(seller)).toEqual({ cash: 55_000n, revenue: 60_000n, receivable: 5_000n })
  })

  it('parks the one that the contract refuses, with its words, and the others settle', async () => {
    const [, bad] = [
      await openSpent(seller, 10_000n),
      await openSpent(seller, 20_000n),
      await openSpent(seller, 30_000n),
    ]
    await db.execute(sql`UPDATE channel SET accepted_signature = ${Buffer.alloc(65, 1)} WHERE id = ${bad.id}`)
    await db.execute(sql`DELETE FROM voucher WHERE channel_id = ${bad.id}`)
    await makeDue()
    await settleAll()
    expect(await batchesOf(seller)).toEqual([
      { size: 3, status: 'failed', settled: 0 },
      { size: 2, status: 'applied', settled: 2 },
    ])
    expect(await look(bad.id)).toMatchObject({
      settledBase: 0n,
      parkedReason: 'InvalidSignature()',
      settlementId: null,
    })
    expect((await books(seller)).cash).toBe(40_000n)
  })

  it('closes what is idle, and takes nothing of a channel that bought nothing', async () => {
    const spent = await openSpent(seller, 10_000n, 50_000n)
    const unused = await openSpent(seller, 0n, 1_000n)
    await db.execute(
      sql`UPDATE channel SET last_voucher_at = now() - interval '31 days' WHERE merchant_id = ${seller.merchantId}`,
    )
    await settleAll()
    expect(await look(spent.id)).toMatchObject({ status: 'closed', settledBase: 10_000n })
    expect(await look(unused.id)).toMatchObject({ status: 'closed', settledBase: 0n })
    expect(await balanceOf(unused.payer.address)).toBeGreaterThan(9_900_000n)
    expect(await batchesOf(seller)).toEqual([{ size: 2, status: 'applied', settled: 2 }])
  })

  it('keeps books that the chain confirms', async () => {
    const one = await openSpent(seller, 10_000n)
    await openSpent(seller, 20_000n)
    await makeDue()
    await settleAll()
    await closeChannel(ctx, { channelId: one.id, trigger: 'member' }, waitMs)
    // The comparison stays two blocks behind the head.
    await new Promise((resolve) => setTimeout(resolve, 4_000))
    await reconcile(ctx, 5_000)
    const [row] = await db.query<{ ledger: bigint; difference: bigint }>(sql`
      SELECT ledger_base AS ledger, difference_base AS difference FROM reconciliation
      WHERE address = ${seller.payee.address.toLowerCase()} ORDER BY id DESC LIMIT 1`)
    expect(row).toEqual({ ledger: 30_000n, difference: 0n })
  })
})

describe('a person', () => {
  it('sees what settling and closing would do, and does it', async () => {
    const { id } = await openSpent(seller, 10_000n, 40_000n)
    expect(await previewSettlement(ctx, id, 'settle')).toMatchObject({
      kind: 'would',
      cumulativeBase: 50_000n,
      paysBase: 50_000n,
      excessBase: 40_000n,
      refundsBase: null,
    })
    const close = await previewSettlement(ctx, id, 'close')
    expect(close).toMatchObject({ kind: 'would', paysBase: 10_000n, excessBase: 0n, refundsBase: 990_000n })
    const settled = await settleChannelNow(ctx, id, 'member', waitMs)
    expect(settled).toMatchObject({ kind: 'settled', channel: { settledBase: 50_000n } })
    expect(await settleChannelNow(ctx, id, 'member', waitMs)).toEqual({
      kind: 'failed',
      reason: 'Nothing is unsettled.',
    })
    expect(await previewSettlement(ctx, id, 'settle')).toEqual({ kind: 'would-not', reason: 'Nothing is unsettled.' })
    // What was paid beyond what was spent is not given back: a close never takes less than is out already.
    expect(await closeChannel(ctx, { channelId: id, trigger: 'member' }, waitMs)).toMatchObject({
      kind: 'closed',
      channel: { settledBase: 50_000n },
    })
  })

  it('and a worker who plan the same at the same moment: one of them takes the channel', async () => {
    const { id } = await openSpent(seller, 10_000n)
    const [channel] = await findSettleable([id])
    const begin = () => {
      const planned = ChannelPlan.of(channel!, {
        id: randomUUID(),
        kind: 'settle',
        trigger: 'member',
        excessMaxBase: 0n,
      })
      if (planned.kind === 'wait') throw new Error(planned.reason)
      return withTransaction((tx) => beginChannelBatch(tx, ctx, [planned.plan]))
    }
    const begun = await Promise.all(Array.from({ length: 6 }, begin))
    expect(begun.filter((one) => one !== undefined)).toHaveLength(1)
    await settleAll()
    expect(await batchesOf(seller)).toEqual([{ size: 1, status: 'applied', settled: 1 }])
  })

  it('collides with no worker: both at once settle once', async () => {
    const { id } = await openSpent(seller, 10_000n)
    await makeDue()
    const [now] = await Promise.all([settleChannelNow(ctx, id, 'member', waitMs), settleAll(), settleAll()])
    expect(now.kind === 'settled' || now.kind === 'failed').toBe(true)
    expect(await look(id)).toMatchObject({ settledBase: 10_000n, settlementId: null })
    expect((await batchesOf(seller)).filter(({ status }) => status === 'applied')).toHaveLength(1)
    expect((await books(seller)).cash).toBe(10_000n)
  })
})
