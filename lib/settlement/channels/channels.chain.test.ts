import { beforeEach, describe, expect, it } from 'vitest'
import { readEscrow, type Reserve } from '@/lib/chains'
import type { ChannelProtocol } from '@/lib/channels'
import { db, sql } from '@/lib/db'
import {
  balanceOf,
  books,
  ctx,
  fundedPayer,
  look,
  openSeller,
  sendAs,
  signOpening,
  signTopUp,
  spend,
  toInput,
  type Seller,
} from '@/sandbox/testing/channel-fixture'
import { network } from '@/sandbox/testing/channel-rows-fixture'
import { chains } from '@/sandbox/testing/chains'
import { setUpSettlement, drive, eventsOf, open, proxy, waitMs } from '@/sandbox/testing/settlement-harness'
import { advanceOpenings, closeChannel, openChannel, topUpChannel, watchChannels } from '../index'

setUpSettlement()

let seller: Seller
beforeEach(async () => {
  seller = await openSeller()
})

const openWith = (opening: ChannelProtocol.ChannelOpening<Reserve.ReserveDescriptor>, deadlineMs = waitMs) =>
  openChannel(ctx, toInput(seller, opening), deadlineMs)
const sends = () => proxy.calls.filter(({ method }) => method === 'eth_sendRawTransaction')
const rows = () => db.query(sql`SELECT 1 FROM channel WHERE merchant_id = ${seller.merchantId}::uuid`)

it('is opened, topped up and closed for exactly what was spent', async () => {
  const payer = await fundedPayer()
  const opening = await signOpening(payer, seller.payee.address)
  const opened = await openWith(opening)
  expect(opened).toMatchObject({ kind: 'open', txHash: opening.transaction.hash })
  const { id } = await look(opening.channelId)
  expect(await look(id)).toMatchObject({ status: 'open', depositBase: 1_000_000n, acceptedBase: 1_000n, vouchers: 1n })

  await spend(payer, await look(id), 30_000n, 5_000n)
  const transaction = await signTopUp(payer, opening, 500_000n)
  const topUp = { channelId: id, addedBase: 500_000n, transaction }
  const topped = await topUpChannel(ctx, topUp, waitMs)
  expect(topped).toMatchObject({ kind: 'topped-up', channel: { depositBase: 1_500_000n } })
  expect(await topUpChannel(ctx, topUp, waitMs)).toMatchObject({ kind: 'topped-up' })

  const before = [await balanceOf(seller.payee.address), await balanceOf(payer.address)]
  const closed = await closeChannel(ctx, { channelId: id, trigger: 'agent' }, waitMs)
  expect(closed).toMatchObject({ kind: 'closed', channel: { status: 'closed', settledBase: 25_000n } })
  const after = [await balanceOf(seller.payee.address), await balanceOf(payer.address)]
  expect([after[0]! - before[0]!, after[1]! - before[1]!]).toEqual([25_000n, 1_475_000n])
  expect((await readEscrow(network, [id])).states).toEqual([
    { depositBase: 0n, settledBase: 0n, closeRequestedAtMs: undefined },
  ])
  expect(await books(seller)).toEqual({ cash: 25_000n, revenue: 25_000n, receivable: 0n })
  expect(await closeChannel(ctx, { channelId: id, trigger: 'agent' }, waitMs)).toEqual(closed)
  expect(await eventsOf(id)).toEqual(['opening', 'opened', 'charged', 'topped_up', 'closing', 'closed'])
})

describe('an opening', () => {
  it('that would revert is refused, and nothing is stored', async () => {
    const opening = await signOpening(await fundedPayer(900_000n), seller.payee.address)
    await expect(openWith(opening)).rejects.toMatchObject({
      code: 'verification-failed',
      message: expect.stringContaining('InsufficientBalance') as string,
    })
    expect(await rows()).toEqual([])
  })

  it('that comes many times at once is sent once, and all of them are told', async () => {
    const opening = await signOpening(await fundedPayer(), seller.payee.address)
    proxy.calls.length = 0
    const opened = await Promise.all(Array.from({ length: 8 }, () => openWith(opening)))
    expect(opened.map(({ kind }) => kind)).toEqual(opened.map(() => 'open'))
    expect(new Set(sends().map(({ params }) => params[0])).size).toBe(1)
    expect(await eventsOf(opening.channelId)).toEqual(['opening', 'opened'])
  })

  it('is of one transaction only', async () => {
    const opening = await signOpening(await fundedPayer(), seller.payee.address)
    await openWith(opening)
    const other = { ...opening, transaction: { ...opening.transaction, hash: `0x${'12'.repeat(32)}` as const } }
    await expect(openWith(other)).rejects.toMatchObject({ code: 'stale-state' })
  })

  it('whose outcome no request waited for is booked in the background', async () => {
    const opening = await signOpening(await fundedPayer(), seller.payee.address)
    proxy.fault = ({ method }) => (method === 'eth_sendRawTransaction' ? 'drop' : 'forward')
    expect(await openWith(opening, 0)).toMatchObject({ kind: 'unknown' })
    expect(await look(opening.channelId)).toMatchObject({ status: 'opening' })
    proxy.fault = () => 'forward'
    for (let tries = 0; (await look(opening.channelId)).status === 'opening' && tries < 500; tries++) {
      await drive()
      await advanceOpenings(ctx, 10_000)
    }
    expect(await look(opening.channelId)).toMatchObject({ status: 'open', depositBase: 1_000_000n })
  })

  it('that reverts on chain is told at once, and booked when that is final', async () => {
    const opening = await signOpening(await fundedPayer(900_000n), seller.payee.address)
    proxy.fault = ({ method }) => (method === 'eth_call' ? { result: `0x${'0'.repeat(64)}` } : 'forward')
    expect(await openWith(opening)).toMatchObject({ kind: 'failed' })
    expect(await look(opening.channelId)).toMatchObject({ status: 'opening' })
    proxy.fault = () => 'forward'
    for (let tries = 0; (await look(opening.channelId)).status === 'opening' && tries < 500; tries++) {
      await chains().tempo.rpc('evm_mine', [])
      await drive()
      await advanceOpenings(ctx, 10_000)
    }
    expect(await look(opening.channelId)).toMatchObject({ status: 'failed' })
    expect(await eventsOf(opening.channelId)).toEqual(['opening', 'failed'])
    expect(await openWith(opening)).toMatchObject({ kind: 'failed' })
  })
})

describe('a top-up', () => {
  it('takes a requested close back', async () => {
    const { id, payer } = await open(seller)
    await watchChannels(ctx, 5_000)
    await sendAs(payer, 'requestClose', await look(id))
    await watchChannels(ctx, 5_000)
    expect((await look(id)).closeRequestedAt).not.toBeNull()
    const transaction = await signTopUp(payer, await look(id), 1n)
    await topUpChannel(ctx, { channelId: id, addedBase: 1n, transaction }, waitMs)
    expect(await look(id)).toMatchObject({ depositBase: 1_000_001n, closeRequestedAt: null, closeDeadlineAt: null })
    expect(await eventsOf(id)).toEqual(['opening', 'opened', 'close_requested', 'close_cancelled', 'topped_up'])
  })

  it('that would revert is refused; one that no request waited for is booked in the background', async () => {
    const { id, payer } = await open(seller)
    const channel = await look(id)
    const tooMuch = await signTopUp(payer, channel, 10n ** 12n)
    await expect(
      topUpChannel(ctx, { channelId: id, addedBase: 10n ** 12n, transaction: tooMuch }, waitMs),
    ).rejects.toMatchObject({ code: 'verification-failed' })
    const transaction = await signTopUp(payer, channel, 7n)
    proxy.fault = ({ method }) => (method === 'eth_sendRawTransaction' ? 'drop' : 'forward')
    const topUp = { channelId: id, addedBase: 7n, transaction }
    expect(await topUpChannel(ctx, topUp, 0)).toMatchObject({ kind: 'unknown' })
    proxy.fault = () => 'forward'
    for (let tries = 0; (await look(id)).depositBase === 1_000_000n && tries < 500; tries++) {
      await drive()
      await advanceOpenings(ctx, 10_000)
    }
    expect(await look(id)).toMatchObject({ depositBase: 1_000_007n })
    expect(await topUpChannel(ctx, topUp, waitMs)).toMatchObject({ kind: 'topped-up' })
  })
})

describe('at the end, when time has passed on chain', () => {
  it('an opening that never arrived is expired, and has failed', async () => {
    const opening = await signOpening(await fundedPayer(), seller.payee.address)
    proxy.fault = ({ method }) => (method === 'eth_sendRawTransaction' ? 'swallow' : 'forward')
    expect(await openWith(opening, 200)).toMatchObject({ kind: 'unknown' })
    await chains().tempo.rpc('evm_increaseTime', [60])
    await chains().tempo.rpc('anvil_mine', ['0x5'])
    for (let tries = 0; (await look(opening.channelId)).status === 'opening' && tries < 500; tries++) {
      await drive()
      await advanceOpenings(ctx, 10_000)
    }
    expect(await look(opening.channelId)).toMatchObject({ status: 'failed', error: expect.any(String) as string })
    proxy.fault = () => 'forward'
    expect(await openWith(opening)).toMatchObject({ kind: 'failed' })
  })
})
