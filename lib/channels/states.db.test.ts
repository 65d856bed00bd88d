import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { insertChannel, insertSeller, network } from '../../sandbox/testing/channel-rows-fixture'
import { Reserve } from '@/lib/chains'
import { createCtx } from '@/lib/ctx'
import { db, sql, withTransaction } from '@/lib/db'
import { bookChannelStates } from './book-channel-states'
import { findChangedChannels } from './find-changed-channels'
import { type ObservedChannel } from './ObservedChannel'
import { forgetStatesAbove } from './forget-states-above'

const ctx = createCtx({ kind: 'system', id: 'test' })
let seller: Awaited<ReturnType<typeof insertSeller>>

beforeAll(async () => {
  seller = await insertSeller()
})

const stateOf = (channelId: string, state: Partial<ObservedChannel> = {}): ObservedChannel => ({
  channelId,
  depositBase: 1_000_000n,
  settledBase: 0n,
  closeRequestedAtMs: undefined,
  blockNumber: 100n,
  ...state,
})

const blockOf = async (id: string) =>
  (await db.query<{ block: bigint }>(sql`SELECT state_block AS block FROM channel WHERE id = ${id}`))[0]?.block

describe('states of the contract', () => {
  it('that equal the rows take no lock: they are compared while another transaction holds the row', async () => {
    const [same, other] = [await insertChannel(seller), await insertChannel(seller)]
    const observed = [stateOf(same), stateOf(other, { settledBase: 7n })]
    await withTransaction(async (tx) => {
      await tx.query(sql`SELECT 1 FROM channel WHERE id = ANY(${[same, other]}::text[]) FOR UPDATE`)
      expect(await findChangedChannels(observed)).toEqual([observed[1]])
    })
    expect(await withTransaction((tx) => bookChannelStates(tx, ctx, observed))).toEqual([other])
    expect(await findChangedChannels(observed)).toEqual([])
    expect([await blockOf(same), await blockOf(other)]).toEqual([0n, 100n])
  })

  it('that are older than the newest settlement of the channel are left alone', async () => {
    const id = await insertChannel(seller)
    for (const block of [90n, 120n]) await insertSettlement(id, block)
    const late = stateOf(id, { settledBase: 5n, blockNumber: 119n })
    expect(await withTransaction((tx) => bookChannelStates(tx, ctx, [late]))).toEqual([])
    expect(await withTransaction((tx) => bookChannelStates(tx, ctx, [{ ...late, blockNumber: 120n }]))).toEqual([id])
  })
})

/** A settlement whose transaction was included in a block. */
async function insertSettlement(channelId: string, block: bigint, status = 'final'): Promise<void> {
  const [transactionId, batchId] = [randomUUID(), randomUUID()]
  await db.execute(sql`
    INSERT INTO transaction (id, network, kind, signer, purpose, status, block_number)
    VALUES (${transactionId}::uuid, ${network}, 'call', '0xs', 'settlement', ${status}::transaction_status, ${block})`)
  await db.execute(sql`
    INSERT INTO settlement_batch (id, network, asset, form, status, transaction_id, size, amount_base)
    VALUES (${batchId}::uuid, ${network}, '0xa', 'channels', 'applied', ${transactionId}::uuid, 1, 1)`)
  await db.execute(sql`
    INSERT INTO channel_settlement (id, batch_id, channel_id, kind, trigger, cumulative_base, spent_base, units, vouchers, status)
    VALUES (gen_random_uuid(), ${batchId}::uuid, ${channelId}, 'settle', 'member', 1, 1, 1, 1, 'settled')`)
}

it('a reorganisation touches what was written from its blocks or is not final, and can be followed again', async () => {
  const own = await insertSeller()
  const [old, written, settled, far] = await Promise.all([1, 2, 3, 4].map(() => insertChannel(own)))
  await db.execute(sql`UPDATE channel SET state_block = 900 WHERE id = ${old!}`)
  await db.execute(sql`UPDATE channel SET state_block = 1010 WHERE id = ${written!}`)
  await insertSettlement(settled!, 990n, 'included')
  await db.execute(
    sql`UPDATE channel SET state_block = 2000, network = 'eip155:84532', escrow = ${Reserve.address} WHERE id = ${far!}`,
  )
  const touched = [written!, settled!].toSorted()
  expect(await forgetStatesAbove(network, 1_000n)).toEqual(touched)
  expect([await blockOf(old!), await blockOf(written!), await blockOf(far!)]).toEqual([900n, 1_000n, 2_000n])
  // A process that dies before it compares them finds them again.
  expect(await forgetStatesAbove(network, 1_000n)).toEqual(touched)
})
