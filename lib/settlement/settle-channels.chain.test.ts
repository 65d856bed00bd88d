import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PrivateKeyAccount } from 'viem/accounts'
import { Reserve } from '@/lib/chains'
import type { Channel } from '@/lib/channels'
import { db, sql } from '@/lib/db'
import { ensureSigners } from '@/lib/execution'
import {
  balanceOf,
  books,
  ctx,
  fundedPayer,
  look,
  openSeller,
  send,
  sendAs,
  signOpening,
  signVoucher,
  spend,
  toInput,
  type Seller,
} from '@/sandbox/testing/channel-rig'
import { chains } from '@/sandbox/testing/chains'
import { network } from '@/sandbox/testing/channel-rows'
import { applyDue, openChannel, settleChannels, watchChannels } from './index'

const waitMs = 8_000

beforeAll(() => ensureSigners(ctx))

let seller: Seller
beforeEach(async () => {
  seller = await openSeller()
})

type Opened = { payer: PrivateKeyAccount; id: Channel.Channel['id'] }

async function open(): Promise<Opened> {
  const payer = await fundedPayer()
  const opening = await signOpening(payer, seller.payee.address)
  const opened = await openChannel(ctx, toInput(seller, opening), waitMs)
  if (opened.kind !== 'open') throw new Error(JSON.stringify(opened))
  return { payer, id: opening.channelId }
}

async function openSpent(spentBase: bigint, unspentBase = 0n): Promise<Opened> {
  const opened = await open()
  await spend(opened.payer, await look(opened.id), spentBase + unspentBase, unspentBase)
  return opened
}

/** Makes everything due by the schedule's interval. */
const wait = () =>
  db.execute(sql`
    UPDATE channel SET opened_at = opened_at - interval '2 hours', last_settled_at = last_settled_at - interval '2 hours',
      parked_until = NULL`)

/** Until nothing is on its way any more. */
async function settle(): Promise<void> {
  await settleChannels(ctx, 5_000)
  for (let tries = 0; tries < 100; tries++) {
    await applyDue(ctx)
    const [open] = await db.query(sql`SELECT 1 FROM settlement_batch WHERE status = 'submitted' LIMIT 1`)
    if (!open) return
    await track()
  }
  throw new Error('a batch is not booked')
}

async function track(): Promise<void> {
  const { submitDue, trackDue } = await import('@/lib/execution')
  await db.execute(sql`UPDATE transaction SET due_at = now() WHERE status IN ('submitted', 'queued', 'held')`)
  await submitDue(ctx, 1_000)
  await trackDue(ctx, 1_000)
  await new Promise((resolve) => setTimeout(resolve, 50))
}

type BatchRow = { size: number; status: string; settled: number; error: string | null }
const batches = () =>
  db.query<BatchRow>(sql`
    SELECT b.size, b.status, b.settled_count AS settled, b.error FROM settlement_batch b
    WHERE EXISTS (SELECT 1 FROM channel_settlement s JOIN channel c ON c.id = s.channel_id
      WHERE s.batch_id = b.id AND c.merchant_id = ${seller.merchantId}::uuid) ORDER BY b.created_at`)

describe('settling', () => {
  it('pays many channels by one transaction, for exactly what was spent', async () => {
    const opened = [await openSpent(10_000n), await openSpent(20_000n), await openSpent(30_000n)]
    await settleChannels(ctx, 5_000)
    expect(await batches()).toEqual([])
    await wait()
    await settle()
    expect(await batches()).toEqual([{ size: 3, status: 'applied', settled: 3, error: null }])
    expect(await balanceOf(seller.payee.address)).toBe(10_060_000n)
    expect(await books(seller)).toEqual({ cash: 60_000n, revenue: 60_000n, receivable: 0n })
    for (const { id } of opened) expect(await look(id)).toMatchObject({ settlementId: null, settledUnits: 1n })
    await wait()
    await settle()
    expect(await batches()).toHaveLength(1)
  })

  it('takes the voucher that is nearest to what was spent, and never more than the schedule allows', async () => {
    const near = await openSpent(10_000n, 90_000n)
    const far = await openSpent(10_000n, 500_000n)
    const stepped = await openSpent(10_000n)
    await spend(stepped.payer, await look(stepped.id), 500_000n, 480_000n)
    await wait()
    await settle()
    expect(await look(near.id)).toMatchObject({ settledBase: 100_000n, parkedReason: null })
    expect(await look(far.id)).toMatchObject({
      settledBase: 0n,
      parkedReason: expect.stringContaining('more than') as string,
    })
    expect(await look(stepped.id)).toMatchObject({ settledBase: 10_000n, spentBase: 20_000n })
    expect((await books(seller)).receivable).toBe(40_000n - 110_000n)
  })

  it('leaves the one out that was settled or closed behind our back, and the others settle', async () => {
    const opened = [await openSpent(10_000n), await openSpent(20_000n), await openSpent(30_000n)]
    const [one, two] = await Promise.all(opened.map(({ id }) => look(id)))
    const { settleData, closeData } = Reserve
    await send(
      seller.payee,
      settleData(one!.descriptor, 10_000n, await signVoucher(opened[0]!.payer, one!.id, 10_000n)),
    )
    const voucher = await signVoucher(opened[1]!.payer, two!.id, 20_000n)
    await send(seller.payee, closeData(two!.descriptor, 20_000n, 15_000n, voucher))
    await wait()
    await settle()
    expect(await batches()).toEqual([{ size: 1, status: 'applied', settled: 1, error: null }])
    expect(await look(one!.id)).toMatchObject({ status: 'open', settledBase: 10_000n })
    expect(await look(two!.id)).toMatchObject({ status: 'closed', settledBase: 15_000n })
    expect(await books(seller)).toEqual({ cash: 55_000n, revenue: 60_000n, receivable: 5_000n })
  })

  it('parks the one that the contract refuses, and the others settle', async () => {
    const opened = [await openSpent(10_000n), await openSpent(20_000n), await openSpent(30_000n)]
    const bad = opened[1]!.id
    await db.execute(sql`UPDATE channel SET accepted_signature = ${Buffer.alloc(65, 1)} WHERE id = ${bad}`)
    await db.execute(sql`DELETE FROM voucher WHERE channel_id = ${bad}`)
    await wait()
    await settle()
    expect((await batches()).map(({ size, status }) => [size, status])).toEqual([
      [3, 'failed'],
      [2, 'applied'],
    ])
    expect(await look(bad)).toMatchObject({ settledBase: 0n, parkedReason: 'InvalidSignature()', settlementId: null })
    expect((await books(seller)).cash).toBe(40_000n)
  })
})

describe('a payer who wants to close', () => {
  it('is watched, and what was spent is taken before anything else', async () => {
    await watchChannels(ctx, 5_000)
    const { id, payer } = await openSpent(25_000n, 300_000n)
    await sendAs(payer, 'requestClose', await look(id))
    await watchChannels(ctx, 5_000)
    const asked = await look(id)
    expect(asked.closeDeadlineAt!.getTime() - asked.closeRequestedAt!.getTime()).toBe(Reserve.graceMs)
    await settle()
    expect(await look(id)).toMatchObject({ status: 'closed', settledBase: 25_000n })
    expect(await books(seller)).toEqual({ cash: 25_000n, revenue: 25_000n, receivable: 0n })
    const events = await db.query<{ type: string }>(
      sql`SELECT type FROM audit_event WHERE channel_id = ${id} ORDER BY seq`,
    )
    expect(events.map(({ type }) => type)).toEqual([
      'channel.opening',
      'channel.opened',
      'channel.charged',
      'channel.close_requested',
      'channel.closing',
      'channel.closed',
    ])
    expect(chains().tempo.url).toBeTruthy()
    expect(network).toBe('eip155:1337')
  })
})
