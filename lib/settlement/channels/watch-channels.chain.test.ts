import { beforeEach, describe, expect, it } from 'vitest'
import { Reserve } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import {
  balanceOf,
  books,
  ctx,
  look,
  openSeller,
  send,
  sendAs,
  signTopUp,
  signVoucher,
  spend,
  type Seller,
} from '@/sandbox/testing/channel-fixture'
import { network } from '@/sandbox/testing/channel-rows-fixture'
import { chains } from '@/sandbox/testing/chains'
import {
  setUpSettlement,
  batchesOf,
  eventsOf,
  open,
  openSpent,
  proxy,
  settleAll,
} from '@/sandbox/testing/settlement-harness'
import { startGateway } from '@/sandbox/testing/shop-fixture'
import { reconcileAll, settleChannels, watchChannels } from '../index'

setUpSettlement()

let seller: Seller
beforeEach(async () => {
  seller = await openSeller()
  await watchChannels(ctx, 5_000)
})

const { tempo } = chains()
const watch = () => watchChannels(ctx, 5_000)

describe('what others do to a channel', () => {
  it('is seen: a settlement by the payee, a top-up and a request to close by the payer', async () => {
    const { id, payer } = await openSpent(seller, 25_000n)
    const channel = await look(id)
    await send(seller.payee, Reserve.settleData(channel.descriptor, 25_000n, await signVoucher(payer, id, 25_000n)))
    await tempo.rpc('eth_sendRawTransaction', [(await signTopUp(payer, channel, 5n)).bytes])
    await sendAs(payer, 'requestClose', channel)
    await watch()
    const seen = await look(id)
    expect(seen).toMatchObject({ settledBase: 25_000n, depositBase: 1_000_005n })
    expect(seen.closeDeadlineAt!.getTime() - seen.closeRequestedAt!.getTime()).toBe(Reserve.graceMs)
    expect(await books(seller)).toEqual({ cash: 25_000n, revenue: 25_000n, receivable: 0n })
  })

  it('read twice is booked once', async () => {
    const { id, payer } = await openSpent(seller, 25_000n)
    const before = await cursor()
    const channel = await look(id)
    await send(seller.payee, Reserve.settleData(channel.descriptor, 25_000n, await signVoucher(payer, id, 25_000n)))
    await sendAs(payer, 'requestClose', channel)
    await watch()
    const events = await eventsOf(id)
    await moveCursor(before)
    await watch()
    expect(await eventsOf(id)).toEqual(events)
    expect((await books(seller)).cash).toBe(25_000n)
  })

  it('is found by comparing, when no event told', async () => {
    const { id, payer } = await openSpent(seller, 25_000n)
    const { descriptor } = await look(id)
    await send(seller.payee, Reserve.closeData(descriptor, 25_000n, 20_000n, await signVoucher(payer, id, 25_000n)))
    await reconcileAll(ctx, 5_000)
    expect(await look(id)).toMatchObject({ status: 'closed', settledBase: 20_000n })
    await watch()
    expect(await books(seller)).toEqual({ cash: 20_000n, revenue: 25_000n, receivable: 5_000n })
  })
})

describe('the cursor', () => {
  it('starts at the head, with a comparison, where there is none', async () => {
    const { id, payer } = await open(seller)
    await sendAs(payer, 'requestClose', await look(id))
    await db.execute(sql`DELETE FROM chain_cursor`)
    await watch()
    expect((await look(id)).closeRequestedAt).not.toBeNull()
    expect(await cursor()).toMatchObject({ number: expect.any(BigInt) as bigint })
  })

  it('waits for a node that is behind', async () => {
    const { id, payer } = await open(seller)
    await watch()
    const at = await cursor()
    const newest = { number: `0x${(at.number - 5n).toString(16)}`, hash: `0x${'ab'.repeat(32)}` }
    proxy.fault = ({ method, params: [which] }) => {
      if (method !== 'eth_getBlockByNumber') return 'forward'
      if (which === 'latest') return { result: newest }
      return BigInt(which as string) > at.number - 5n ? { result: null } : 'forward'
    }
    await sendAs(payer, 'requestClose', await look(id))
    await watch()
    expect(await cursor()).toEqual(at)
    proxy.fault = () => 'forward'
    await watch()
    expect((await look(id)).closeRequestedAt).not.toBeNull()
  })

  it('takes a node that has not even its block for one that is behind, not for a reorganisation', async () => {
    const { id, payer } = await open(seller)
    await watch()
    const at = await cursor()
    await sendAs(payer, 'requestClose', await look(id))
    proxy.fault = ({ method, params: [which] }) =>
      method === 'eth_getBlockByNumber' && which === `0x${at.number.toString(16)}` ? { result: null } : 'forward'
    await watch()
    expect(await cursor()).toEqual(at)
    proxy.fault = () => 'forward'
    await watch()
    expect((await look(id)).closeRequestedAt).not.toBeNull()
  })

  it('of a block that is gone goes back and reads again', async () => {
    const { id, payer } = await open(seller)
    await watch()
    await moveCursor({ ...(await cursor()), hash: `0x${'cd'.repeat(32)}` })
    await sendAs(payer, 'requestClose', await look(id))
    await watch()
    expect((await look(id)).closeRequestedAt).not.toBeNull()
    expect((await cursor()).hash).not.toBe(`0x${'cd'.repeat(32)}`)
  })
})

describe('a payer who wants to close', () => {
  it('is served first, for exactly what was spent', async () => {
    const { id, payer } = await openSpent(seller, 25_000n, 300_000n)
    await sendAs(payer, 'requestClose', await look(id))
    await watch()
    await settleAll()
    expect(await look(id)).toMatchObject({ status: 'closed', settledBase: 25_000n })
    expect(await books(seller)).toEqual({ cash: 25_000n, revenue: 25_000n, receivable: 0n })
    expect(await eventsOf(id)).toEqual(['opening', 'opened', 'charged', 'close_requested', 'closing', 'closed'])
  })

  it('waits for requests that are running, but not beyond the deadline', async () => {
    const { id, payer } = await openSpent(seller, 25_000n, 300_000n)
    await db.execute(sql`UPDATE channel SET reserved_base = 1000 WHERE id = ${id}`)
    await sendAs(payer, 'requestClose', await look(id))
    await watch()
    await settleChannels(ctx, 5_000)
    expect(await look(id)).toMatchObject({ parkedReason: expect.stringContaining('still being served') as string })
    const late = { ...ctx, now: () => Date.now() + Reserve.graceMs - 60_000 }
    await db.execute(sql`UPDATE channel SET parked_until = NULL WHERE id = ${id}`)
    await settleChannels(late, 5_000)
    await settleAll()
    // The whole voucher: better credit of the agent's than a loss of the merchant's.
    expect(await look(id)).toMatchObject({ status: 'open', settledBase: 325_000n })
    expect((await books(seller)).receivable).toBe(-300_000n)
  })

  it('while the server was down for a minute is found after its start: the highest of 100 vouchers is claimed', async () => {
    const { id, payer } = await open(seller)
    for (let voucher = 1n; voucher <= 100n; voucher++) await spend(payer, await look(id), voucher * 1_000n)
    const before = await balanceOf(seller.payee.address)
    await sendAs(payer, 'requestClose', await look(id))
    await tempo.rpc('evm_increaseTime', [60])
    await tempo.rpc('anvil_mine', ['0x3'])
    const NETWORKS = JSON.stringify({ [network]: { rpcUrls: [tempo.url] } })
    const app = await startGateway({ JOBS: 'in-process', NETWORKS })
    try {
      for (let tries = 0; (await look(id)).status !== 'closed' && tries < 1_000; tries++)
        await new Promise((resolve) => setTimeout(resolve, 100))
    } finally {
      await app.stop()
    }
    expect(await look(id)).toMatchObject({ status: 'closed', settledBase: 100_000n })
    expect((await balanceOf(seller.payee.address)) - before).toBe(100_000n)
    expect(await batchesOf(seller)).toEqual([{ size: 1, status: 'applied', settled: 1 }])
  })

  it('who withdraws before a settlement is booked as a loss, and the books say so', async () => {
    const { id, payer } = await openSpent(seller, 25_000n)
    await sendAs(payer, 'requestClose', await look(id))
    await tempo.rpc('evm_increaseTime', [Reserve.graceMs / 1000 + 1])
    await tempo.rpc('anvil_mine', ['0x1'])
    await sendAs(payer, 'withdraw', await look(id))
    await watch()
    expect(await look(id)).toMatchObject({ status: 'closed', settledBase: 0n, spentBase: 25_000n })
    expect(await books(seller)).toEqual({ cash: 0n, revenue: 25_000n, receivable: 25_000n })
  })
})

type Cursor = { number: bigint; hash: string }

async function cursor(): Promise<Cursor> {
  const [row] = await db.query<Cursor>(sql`SELECT block_number AS number, block_hash AS hash FROM chain_cursor`)
  if (!row) throw new Error('no cursor')
  return row
}

const moveCursor = ({ number, hash }: Cursor) =>
  db.execute(sql`UPDATE chain_cursor SET block_number = ${number}, block_hash = ${hash}`)
