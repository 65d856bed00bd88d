import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeEventLog, encodeEventTopics, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { evmNetwork, fundGas } from '@/sandbox/evm'
import { startMisbehaving, type Behaviour } from '@/sandbox/facilitators/misbehaving'
import { createReference } from '@/sandbox/facilitators/reference'
import {
  balanceOf,
  books,
  ctx,
  look,
  openBatch,
  openBatchSeller,
  spend,
  type Seller,
} from '@/sandbox/testing/batch-channel-fixture'
import { chains } from '@/sandbox/testing/chains'
import { startGateway } from '@/sandbox/testing/shop-fixture'
import { addUpstream, routeTo } from '@/sandbox/testing/remote-facilitator-fixture'
import { BatchSettlement } from '@/lib/chains'
import { bookChannelStates } from '@/lib/channels'
import { db, endHeartbeat, sql, withTransaction } from '@/lib/db'
import { ensureSigners, trackDue } from '@/lib/execution'
import { applyDue } from '../apply-due'
import { closeChannel } from './close-channel'
import { findOwedPayout } from './find-owed-payout'
import { findProblems } from '../views/find-problems'
import { reconcile } from '../books/reconcile'
import { settleChannelNow } from './settle-channel-now'
import { settleChannels } from './settle-channels'
import { syncChannels } from './sync-channels'
import { payOut } from './pay-out'
import { refreshSupported } from '@/lib/remote-facilitators/refresh-supported'

// What was spent of x402's channels, claimed and paid out by the official facilitator.

const { evm } = chains()
const privateKey = generatePrivateKey()
const theirs = privateKeyToAddress(privateKey).toLowerCase()
const others = await startMisbehaving({
  reference: createReference({ rpcUrl: evm.url, network: evmNetwork, privateKey }),
  foreignHash: () => `0x${'fe'.repeat(32)}`,
  otherChain: { network: 'eip155:1', hash: () => `0x${'0c'.repeat(32)}` },
})
// It takes its time, and then it refuses.
const slow = createServer((_, response) => {
  const answer = { success: false, errorReason: 'busy', transaction: '', network: evmNetwork }
  setTimeout(() => response.setHeader('content-type', 'application/json').end(JSON.stringify(answer)), 1_500)
}).listen(0, '127.0.0.1')
await once(slow, 'listening')
const slowPort = (slow.address() as AddressInfo).port
process.env.UPSTREAM_ALLOW = `127.0.0.1:${others.port},127.0.0.1:${slowPort},127.0.0.1:1`

beforeAll(async () => {
  await fundGas(evm, privateKeyToAddress(privateKey), 10n ** 20n)
  await ensureSigners(ctx)
})
afterAll(async () => {
  await endHeartbeat()
  await others.close()
  slow.close()
})

/** A seller whose channels are settled after each unit, by a facilitator of this behaviour and those that follow. */
async function sellerOf(behaviour: Behaviour, ...more: string[]): Promise<Seller> {
  const seller = await openBatchSeller(1)
  const id = await addUpstream(
    seller.merchantId,
    `${others.url}/${behaviour}`,
    behaviour === 'honest' ? undefined : 1_000,
  )
  await routeTo(seller.merchantId, [id, ...more], { scheme: 'batch-settlement' })
  await refreshSupported()
  return seller
}

const settle = () => settleChannels(ctx, 5_000)
const until = (isThere: () => Promise<unknown>, wanted: unknown) =>
  expect.poll(isThere, { interval: 50 }).toEqual(wanted)
const settledOf = (id: Hex) => async () => (await look(id)).settledBase
const batchesOf = async ({ merchantId }: Seller) =>
  (
    await db.query(sql`
      SELECT 1 FROM channel_settlement s JOIN channel c ON c.id = s.channel_id WHERE c.merchant_id = ${merchantId}::uuid`)
  ).length

/** Who sent the claims of a channel. */
async function claimersOf(id: Hex): Promise<string[]> {
  const { abi, address } = BatchSettlement
  const topics = encodeEventTopics({ abi, eventName: 'Claimed', args: { channelId: id } })
  type Log = { topics: [Hex, ...Hex[]]; data: Hex }
  const logs = await evm.rpc<Log[]>('eth_getLogs', [{ address, topics, fromBlock: '0x0', toBlock: 'latest' }])
  return logs.map((log) => decodeEventLog({ abi, eventName: 'Claimed', ...log }).args.sender.toLowerCase())
}

/** Channels that wait for another look get it now. */
const unpark = () => db.execute(sql`UPDATE channel SET parked_until = NULL, apart_until = NULL`)
/** Makes payouts that wait for a facilitator due now, as if they had been requested long ago. */
const payOutSoon = async () => {
  await db.execute(sql`UPDATE channel_payout SET due_at = now(), asked_at = asked_at - interval '1 hour'`)
  await payOut(ctx, 5_000)
}
const owedOf = async ({ merchantId }: Seller) =>
  (await db.query(sql`SELECT 1 FROM channel_payout WHERE merchant_id = ${merchantId}::uuid AND owed_since IS NOT NULL`))
    .length

it('are claimed together for exactly what was spent, and paid out, by the facilitator', async () => {
  const seller = await sellerOf('honest')
  const [one, two] = [await openBatch(seller), await openBatch(seller)]
  await spend(one, seller, 7_000n)
  await spend(two, seller, 9_000n)
  await settle()
  await until(() => balanceOf(seller.payee), 16_000n)
  await until(settledOf(one.id), 7_000n)
  await until(settledOf(two.id), 9_000n)
  for (const { id } of [one, two]) expect(await claimersOf(id)).toEqual([theirs])
  expect(others.settles('honest')).toBe(2)
  expect(await batchesOf(seller)).toBe(0)
  expect(await books(seller)).toEqual({ cash: 16_000n, revenue: 16_000n, receivable: 0n })
  // It goes on: what is spent next is claimed on top, and the rest goes back by us.
  await spend(one, seller, 8_000n)
  expect(await settleChannelNow(ctx, one.id, 'member', 10_000)).toMatchObject({ kind: 'settled' })
  expect(await balanceOf(seller.payee)).toBe(17_000n)
  await closeChannel(ctx, { channelId: one.id, trigger: 'agent' }, 15_000)
  expect(await balanceOf(one.account.address)).toBe(10_000_000n - 8_000n)
  expect(await books(seller)).toEqual({ cash: 17_000n, revenue: 17_000n, receivable: 0n })
  const events = await db.query<{ type: string }>(sql`
    SELECT type FROM audit_event WHERE channel_id = ${one.id} AND type IN ('channel.handed_over', 'channel.claimed') ORDER BY seq`)
  const asked = ['channel.handed_over', 'channel.claimed']
  expect(events.map(({ type }) => type)).toEqual([...asked, ...asked])
})

it('are handed over once, however many ask for it at once', async () => {
  const seller = await sellerOf('honest')
  const channel = await openBatch(seller)
  await spend(channel, seller, 7_000n)
  const before = others.settles('honest')
  await Promise.all([settle(), settle(), settleChannelNow(ctx, channel.id, 'member', 10_000), settle()])
  await until(() => balanceOf(seller.payee), 7_000n)
  await until(settledOf(channel.id), 7_000n)
  expect(await claimersOf(channel.id)).toEqual([theirs])
  // One claim, one payout.
  expect(others.settles('honest') - before).toBe(2)
  expect(await batchesOf(seller)).toBe(0)
  expect(await books(seller)).toEqual({ cash: 7_000n, revenue: 7_000n, receivable: 0n })
})

it('are claimed once when it does and does not say so, and are paid out all the same', async () => {
  const seller = await sellerOf('settle-then-hang')
  const channel = await openBatch(seller)
  await spend(channel, seller, 7_000n)
  await settle()
  await until(() => claimersOf(channel.id), [theirs])
  // No other facilitator is asked while its time is not over.
  expect(await settle()).toBe(0)
  await unpark()
  await settle()
  await until(settledOf(channel.id), 7_000n)
  expect(await balanceOf(seller.payee)).toBe(0n)
  await payOutSoon()
  await until(() => balanceOf(seller.payee), 7_000n)
  await payOutSoon()
  expect(await claimersOf(channel.id)).toEqual([theirs])
  expect(await balanceOf(seller.payee)).toBe(7_000n)
})

it.each(['before-facilitator', 'after-facilitator', 'before-payout'] as const)(
  'are claimed once and paid out when the process is killed %s',
  async (point) => {
    const seller = await sellerOf('honest')
    const channel = await openBatch(seller)
    await spend(channel, seller, 7_000n)
    const before = others.settles('honest')
    // Channels of other tests wait, so that it is this one at which the process dies.
    await db.execute(sql`UPDATE channel SET parked_until = now() + interval '1 hour' WHERE id <> ${channel.id}`)
    const dying = await startGateway({ JOBS: 'in-process', SLUICE_FAILPOINT: point })
    await dying.exited
    await until(() => claimersOf(channel.id), point === 'before-facilitator' ? [] : [theirs])
    expect(await balanceOf(seller.payee)).toBe(0n)
    await unpark()
    await settle()
    await until(settledOf(channel.id), 7_000n)
    await until(async () => {
      await payOutSoon()
      return balanceOf(seller.payee)
    }, 7_000n)
    expect(await claimersOf(channel.id)).toEqual([theirs])
    // One claim, one payout.
    expect(others.settles('honest') - before).toBe(2)
    expect(await batchesOf(seller)).toBe(0)
    expect(await books(seller)).toEqual({ cash: 7_000n, revenue: 7_000n, receivable: 0n })
  },
)

it('are nothing by its word: what it only says to have claimed is left to be settled', async () => {
  const seller = await sellerOf('false-success')
  const channel = await openBatch(seller)
  await spend(channel, seller, 7_000n)
  expect(await settleChannelNow(ctx, channel.id, 'member', 10_000)).toEqual({ kind: 'unknown' })
  expect(await look(channel.id)).toMatchObject({ settledBase: 0n, settlementId: null })
  expect(await books(seller)).toEqual({ cash: 0n, revenue: 7_000n, receivable: 7_000n })
  const [facilitator] = await db.query<{ open: boolean }>(
    sql`SELECT open_until > now() AS open FROM facilitator_upstream WHERE merchant_id = ${seller.merchantId}::uuid`,
  )
  expect(facilitator).toEqual({ open: true })
})

it('are paid out by another facilitator when the one that claimed them did not pay them out', async () => {
  const seller = await sellerOf('claim-only', 'local')
  const channel = await openBatch(seller)
  await spend(channel, seller, 7_000n)
  await settle()
  await until(settledOf(channel.id), 7_000n)
  await until(() => owedOf(seller), 1)
  expect(await findOwedPayout(channel.id)).toMatch(/^20\d\d-/)
  expect(await balanceOf(seller.payee)).toBe(0n)
  await reconcile(ctx, 5_000)
  await db.execute(sql`UPDATE channel_payout SET owed_since = owed_since - interval '1 hour'`)
  const reader = { merchantId: seller.merchantId, operator: false }
  expect(await findProblems(reader)).toContainEqual({ kind: 'payout-owed', count: 1 })
  await until(async () => {
    await payOutSoon()
    return balanceOf(seller.payee)
  }, 7_000n)
  expect(await claimersOf(channel.id)).toEqual([theirs])
  await until(async () => {
    await payOutSoon()
    return owedOf(seller)
  }, 0)
  expect(await findOwedPayout(channel.id)).toBeNull()
  const [facilitator] = await db.query<{ open: boolean }>(
    sql`SELECT open_until > now() AS open FROM facilitator_upstream WHERE merchant_id = ${seller.merchantId}::uuid`,
  )
  expect(facilitator).toEqual({ open: true })
  // What the escrow held for it was its money all the time.
  await evm.rpc('anvil_mine', ['0x5'])
  await reconcile(ctx, 5_000)
  const differences = sql`SELECT difference_base AS "differenceBase" FROM reconciliation WHERE address = ${seller.payee.toLowerCase()}`
  expect(new Set((await db.query<{ differenceBase: bigint }>(differences)).map((row) => row.differenceBase))).toEqual(
    new Set([0n]),
  )
})

it('are not taken back by a node that is behind', async () => {
  const seller = await sellerOf('honest')
  const channel = await openBatch(seller)
  await spend(channel, seller, 7_000n)
  const before = await syncChannels(ctx, evmNetwork, [channel.id])
  await settle()
  await until(settledOf(channel.id), 7_000n)
  await withTransaction((tx) => bookChannelStates(tx, ctx, [...before.live.values()]))
  expect(await look(channel.id)).toMatchObject({ settledBase: 7_000n })
  expect(await books(seller)).toEqual({ cash: 7_000n, revenue: 7_000n, receivable: 0n })
})

it('are settled by us when it refuses after the member stopped waiting, without another request', async () => {
  const seller = await openBatchSeller(1)
  const id = await addUpstream(seller.merchantId, `http://127.0.0.1:${slowPort}`)
  await routeTo(seller.merchantId, [id, 'local'], { scheme: 'batch-settlement' })
  const channel = await openBatch(seller)
  await spend(channel, seller, 7_000n)
  expect(await settleChannelNow(ctx, channel.id, 'member', 300)).toEqual({ kind: 'unknown' })
  await until(async () => {
    await db.execute(sql`UPDATE transaction SET due_at = now() WHERE status = 'submitted'`)
    await trackDue(ctx, 1_000)
    await applyDue(ctx)
    return (await look(channel.id)).settledBase
  }, 7_000n)
  expect(await balanceOf(seller.payee)).toBe(7_000n)
  expect(await books(seller)).toEqual({ cash: 7_000n, revenue: 7_000n, receivable: 0n })
})

it('are claimed by us, once, where the route says so and it refuses or is not there', async () => {
  for (const at of [`${others.url}/refuse-then-settle`, 'http://127.0.0.1:1']) {
    const seller = await openBatchSeller(1)
    const id = await addUpstream(seller.merchantId, at, 1_000)
    await routeTo(seller.merchantId, [id, 'local'], { scheme: 'batch-settlement' })
    await refreshSupported()
    const channel = await openBatch(seller)
    await spend(channel, seller, 7_000n)
    await settle()
    await until(async () => {
      await applyDue(ctx)
      return balanceOf(seller.payee)
    }, 7_000n)
    expect(await claimersOf(channel.id)).not.toContain(theirs)
    if (at.startsWith(others.url)) await others.settleLate()
    expect(await balanceOf(seller.payee)).toBe(7_000n)
    expect((await claimersOf(channel.id)).length).toBe(1)
  }
})

it('wait, and say why, where it refuses and the route has no other facilitator', async () => {
  const seller = await sellerOf('refuse-then-settle')
  const channel = await openBatch(seller)
  await spend(channel, seller, 7_000n)
  expect(await settleChannelNow(ctx, channel.id, 'member', 10_000)).toMatchObject({ kind: 'failed' })
  expect((await look(channel.id)).parkedReason).toContain('insufficient_funds')
  expect(await batchesOf(seller)).toBe(0)
  await others.settleLate()
  await unpark()
  await settle()
  await until(settledOf(channel.id), 7_000n)
  await payOutSoon()
})
