import { beforeAll, describe, expect, it } from 'vitest'
import { ensureSigners } from '@/lib/execution'
import { readReserve } from '@/lib/chains'
import {
  balanceOf,
  books,
  ctx,
  fundedPayer,
  look,
  openSeller,
  signOpening,
  signTopUp,
  spend,
  toInput,
  type Seller,
} from '@/sandbox/testing/channel-rig'
import { network } from '@/sandbox/testing/channel-rows'
import { closeChannel, openChannel, topUpChannel } from './index'

let seller: Seller
beforeAll(async () => {
  await ensureSigners(ctx)
  seller = await openSeller()
})

const waitMs = 8_000

describe('a channel', () => {
  it('is opened, topped up and closed for exactly what was spent', async () => {
    const payer = await fundedPayer()
    const opening = await signOpening(payer, seller.payee.address)
    const opened = await openChannel(ctx, toInput(seller, opening), waitMs)
    expect(opened).toMatchObject({ kind: 'open', txHash: opening.transaction.hash })
    const { id } = await look(opening.channelId)
    expect(await look(id)).toMatchObject({
      status: 'open',
      depositBase: 1_000_000n,
      acceptedBase: 1_000n,
      vouchers: 1n,
    })

    await spend(payer, await look(id), 30_000n, 5_000n)
    const transaction = await signTopUp(payer, opening, 500_000n)
    const topped = await topUpChannel(ctx, { channelId: id, addedBase: 500_000n, transaction }, waitMs)
    expect(topped).toMatchObject({ kind: 'topped-up', channel: { depositBase: 1_500_000n } })

    const before = [await balanceOf(seller.payee.address), await balanceOf(payer.address)]
    const closed = await closeChannel(ctx, { channelId: id, trigger: 'agent' }, waitMs)
    expect(closed).toMatchObject({ kind: 'closed', channel: { status: 'closed', settledBase: 25_000n } })
    const after = [await balanceOf(seller.payee.address), await balanceOf(payer.address)]
    expect([after[0]! - before[0]!, after[1]! - before[1]!]).toEqual([25_000n, 1_475_000n])
    expect((await readReserve(network, [id])).states).toEqual([
      { depositBase: 0n, settledBase: 0n, closeRequestedAtMs: undefined },
    ])
    expect(await books(seller)).toEqual({ cash: 25_000n, revenue: 25_000n, receivable: 0n })
    expect(await closeChannel(ctx, { channelId: id, trigger: 'agent' }, waitMs)).toEqual(closed)
  })
})
