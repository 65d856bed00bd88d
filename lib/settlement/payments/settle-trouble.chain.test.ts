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
  signVoucher,
  spend,
  type Seller,
} from '@/sandbox/testing/channel-fixture'
import { chains } from '@/sandbox/testing/chains'
import {
  setUpSettlement,
  batchesOf,
  drive,
  eventsOf,
  finish,
  makeDue,
  openSpent,
  proxy,
  settleAll,
  waitMs,
} from '@/sandbox/testing/settlement-harness'
import { advanceOpenings, applyDue, closeChannel, settleChannels, watchChannels } from '../index'

setUpSettlement()

let seller: Seller
beforeEach(async () => {
  seller = await openSeller()
})

/** A node that finds nothing wrong with anything. */
function simulateBlindly(): void {
  proxy.fault = ({ method, params }) => {
    if (method !== 'eth_simulateV1') return 'forward'
    const [{ blockStateCalls }] = params as [{ blockStateCalls: [{ calls: unknown[] }] }]
    const calls = blockStateCalls[0].calls.map(() => ({ status: '0x1', gasUsed: '0x30d40', returnData: '0x' }))
    return { result: [{ calls }] }
  }
}

async function spoil(id: string): Promise<void> {
  await db.execute(sql`UPDATE channel SET accepted_signature = ${Buffer.alloc(65, 1)} WHERE id = ${id}`)
  await db.execute(sql`DELETE FROM voucher WHERE channel_id = ${id}`)
}

describe('a batch that reverts on chain', () => {
  it('is halved until the bad channel is alone', async () => {
    const opened = []
    for (let at = 0; at < 4; at++) opened.push(await openSpent(seller, 10_000n))
    await spoil(opened[2]!.id)
    await makeDue()
    simulateBlindly()
    await settleAll()
    const batches = await batchesOf(seller)
    expect(batches.filter(({ status }) => status === 'failed').map(({ size }) => size)).toEqual([4, 2, 1])
    expect(
      batches
        .filter(({ status }) => status === 'applied')
        .map(({ size }) => size)
        .sort(),
    ).toEqual([1, 2])
    expect(await look(opened[2]!.id)).toMatchObject({
      status: 'open',
      settledBase: 0n,
      settlementId: null,
      parkedReason: expect.stringContaining('InvalidSignature') as string,
    })
    expect(await books(seller)).toEqual({ cash: 30_000n, revenue: 40_000n, receivable: 10_000n })
  })

  it('is halved further by the next process after a crash in the middle', async () => {
    const opened = []
    for (let at = 0; at < 4; at++) opened.push(await openSpent(seller, 10_000n))
    await spoil(opened[1]!.id)
    await makeDue()
    simulateBlindly()
    await settleChannels(ctx, 5_000)
    for (let tries = 0; (await batchesOf(seller)).length === 1 && tries < 500; tries++) {
      await drive()
      await applyDue(ctx)
    }
    // Halves are queued; this process forgets everything, as a dead one would have.
    expect((await batchesOf(seller)).map(({ size }) => size)).toEqual([4, 2, 2])
    await finish()
    expect((await books(seller)).cash).toBe(30_000n)
  })
})

describe('a channel that is closed with requests on its credit', () => {
  it('is not, until they have ended', async () => {
    const { id } = await openSpent(seller, 10_000n, 5_000n)
    await db.execute(sql`UPDATE channel SET reserved_base = 1000 WHERE id = ${id}`)
    await expect(closeChannel(ctx, { channelId: id, trigger: 'agent' }, waitMs)).rejects.toMatchObject({
      code: 'payment-in-progress',
      headers: { 'Retry-After': '1' },
    })
    await db.execute(sql`UPDATE channel SET reserved_base = 0 WHERE id = ${id}`)
    const closed = await closeChannel(ctx, { channelId: id, trigger: 'agent' }, waitMs)
    expect(closed).toMatchObject({ kind: 'closed', channel: { settledBase: 10_000n } })
  })

  it('is open again, with its reason, when the contract refuses to close it', async () => {
    const { id } = await openSpent(seller, 10_000n)
    await spoil(id)
    const refused = await closeChannel(ctx, { channelId: id, trigger: 'agent' }, waitMs)
    expect(refused).toMatchObject({ kind: 'failed', reason: expect.stringContaining('InvalidSignature') as string })
    expect(await look(id)).toMatchObject({ status: 'open', settlementId: null, parkedReason: 'InvalidSignature()' })
    expect(await eventsOf(id)).toEqual(['opening', 'opened', 'charged', 'closing', 'settlement_failed', 'parked'])
  })
})

describe('a chain that cannot be reached', () => {
  it('loses nothing, and nothing is paid twice', async () => {
    const { id, payer } = await openSpent(seller, 10_000n)
    const before = await balanceOf(seller.payee.address)
    await makeDue()
    proxy.fault = () => 'swallow'
    await settleChannels(ctx, 5_000)
    expect(await look(id)).toMatchObject({ settledBase: 0n, settlementId: null })
    // Its bytes leave, and from then on nothing is heard.
    let isCut = false
    proxy.fault = ({ method }) => {
      isCut ||= method === 'eth_sendRawTransaction'
      return isCut ? 'drop' : 'forward'
    }
    await settleChannels(ctx, 5_000)
    expect((await look(id)).settlementId).not.toBeNull()
    await spend(payer, await look(id), 15_000n)
    await makeDue()
    await settleChannels(ctx, 5_000)
    expect(await batchesOf(seller)).toHaveLength(1)
    proxy.fault = () => 'forward'
    await finish()
    expect(await look(id)).toMatchObject({ settledBase: 10_000n, spentBase: 15_000n, settlementId: null })
    expect((await balanceOf(seller.payee.address)) - before).toBe(10_000n)
    await makeDue()
    await settleAll()
    expect(await books(seller)).toEqual({ cash: 15_000n, revenue: 15_000n, receivable: 0n })
  })

  it('answers with no logs: the contract’s state is believed, not their absence', async () => {
    const { id } = await openSpent(seller, 10_000n)
    await makeDue()
    await settleChannels(ctx, 5_000)
    await drive()
    await db.execute(sql`UPDATE transaction SET logs = '[]' WHERE kind = 'calls'`)
    await finish()
    expect(await look(id)).toMatchObject({ settledBase: 10_000n, settlementId: null })
    expect((await books(seller)).cash).toBe(10_000n)
  })
})

describe('a reorganisation', () => {
  it('takes a settlement back in the books, and the same transaction settles again', async () => {
    const { id } = await openSpent(seller, 10_000n)
    await watchChannels(ctx, 5_000)
    await chains().tempo.rpc('anvil_mine', ['0x3'])
    await makeDue()
    await settleAll()
    expect((await books(seller)).cash).toBe(10_000n)
    await watchChannels(ctx, 5_000)
    const depth = Number((await head()) - (await blockOfSettlement(id))) + 1
    proxy.fault = ({ method }) => (method === 'eth_sendRawTransaction' ? 'swallow' : 'forward')
    await chains().tempo.rpc('anvil_reorg', [depth, []])
    await drive()
    await watchChannels(ctx, 5_000)
    expect(await look(id)).toMatchObject({ status: 'open', settledBase: 0n })
    expect(await books(seller)).toEqual({ cash: 0n, revenue: 10_000n, receivable: 10_000n })
    proxy.fault = () => 'forward'
    for (let tries = 0; (await look(id)).settledBase === 0n && tries < 1_000; tries++) {
      await drive()
      await watchChannels(ctx, 5_000)
    }
    expect(await look(id)).toMatchObject({ status: 'open', settledBase: 10_000n })
    expect((await books(seller)).cash).toBe(10_000n)
    expect(await batchesOf(seller)).toHaveLength(1)
    expect(await eventsOf(id)).toContain('reorged')
  })

  it('that takes an opening back ends the service until it is there again', async () => {
    const { id, payer } = await openSpent(seller, 10_000n)
    await watchChannels(ctx, 5_000)
    const channel = await look(id)
    proxy.fault = ({ method }) => (method === 'eth_sendRawTransaction' ? 'swallow' : 'forward')
    await chains().tempo.rpc('anvil_reorg', [Number((await head()) - (await blockOfOpening(id))) + 1, []])
    for (let tries = 0; (await look(id)).status === 'open' && tries < 100; tries++) {
      await drive()
      await watchChannels(ctx, 5_000)
    }
    expect(await look(id)).toMatchObject({ status: 'opening', spentBase: 10_000n })
    expect(await eventsOf(id)).toContain('reorged')
    await expect(spend(payer, channel, 20_000n)).rejects.toThrow()
    proxy.fault = () => 'forward'
    for (let tries = 0; (await look(id)).status === 'opening' && tries < 1_000; tries++) {
      await drive()
      await advanceOpenings(ctx, 5_000)
    }
    // Its bytes go out again; on a slow machine their time may be over by then.
    expect(['open', 'failed']).toContain((await look(id)).status)
  })

  it('that takes a foreign closing back opens the channel again', async () => {
    const { id, payer } = await openSpent(seller, 10_000n)
    await chains().tempo.rpc('anvil_mine', ['0x3'])
    const { descriptor } = await look(id)
    const from = await head()
    await send(seller.payee, Reserve.closeData(descriptor, 10_000n, 4_000n, await signVoucher(payer, id, 10_000n)))
    await watchChannels(ctx, 5_000)
    expect(await look(id)).toMatchObject({ status: 'closed', settledBase: 4_000n })
    expect((await books(seller)).cash).toBe(4_000n)
    await chains().tempo.rpc('anvil_reorg', [Number((await head()) - from), []])
    await watchChannels(ctx, 5_000)
    expect(await look(id)).toMatchObject({ status: 'open', settledBase: 0n })
    expect((await books(seller)).cash).toBe(0n)
    await makeDue()
    await settleAll()
    expect(await books(seller)).toEqual({ cash: 10_000n, revenue: 10_000n, receivable: 0n })
  })
})

async function head(): Promise<bigint> {
  return BigInt(await chains().tempo.rpc<string>('eth_blockNumber', []))
}

async function blockOfOpening(id: string): Promise<bigint> {
  const [row] = await db.query<{ block: bigint }>(
    sql`SELECT t.block_number AS block FROM channel c JOIN transaction t ON t.id = c.open_transaction_id WHERE c.id = ${id}`,
  )
  return row?.block ?? 0n
}

async function blockOfSettlement(id: string): Promise<bigint> {
  const [row] = await db.query<{ block: bigint }>(sql`
    SELECT t.block_number AS block FROM channel_settlement s JOIN settlement_batch b ON b.id = s.batch_id
      JOIN transaction t ON t.id = b.transaction_id WHERE s.channel_id = ${id}`)
  return row?.block ?? 0n
}
