import type { Hex } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { db, endHeartbeat, sql } from '@/lib/db'
import { ensureSigners, submitDue, trackDue } from '@/lib/execution'
import { applyDue, openChannel, settleChannels } from '@/lib/settlement'
import { startChainProxy, type ChainProxy } from './chain-proxy'
import { ctx, fundedPayer, look, signOpening, spend, toInput, type Seller } from './channel-fixture'
import { network } from './channel-rows-fixture'
import { chains } from './chains'

// What the tests of settling share: a faulty RPC in front of the Tempo chain, and channels with something to settle.

export const waitMs = 10_000
export let proxy: ChainProxy

/** Puts `proxy` in front of the Tempo chain for this test file. Call it once, before the file's own hooks. */
export function setUpSettlement(): void {
  beforeAll(async () => {
    proxy = await startChainProxy(chains().tempo.url)
    process.env.NETWORKS = JSON.stringify({ [network]: { rpcUrls: [proxy.url] } })
    await ensureSigners(ctx)
  })
  afterEach(() => {
    proxy.fault = () => 'forward'
  })
  afterAll(async () => {
    await endHeartbeat()
    await proxy.stop()
  })
}

export type Opened = { payer: PrivateKeyAccount; id: Hex }

export async function open(seller: Seller, depositBase = 1_000_000n): Promise<Opened> {
  const payer = await fundedPayer()
  const opening = await signOpening(payer, seller.payee.address, { depositBase })
  const opened = await openChannel(ctx, toInput(seller, opening), waitMs)
  if (opened.kind !== 'open') throw new Error(`the channel did not open: ${opened.kind}`)
  return { payer, id: opening.channelId }
}

/** A channel on which this much was delivered, by a voucher with this much more. */
export async function openSpent(seller: Seller, spentBase: bigint, unspentBase = 0n): Promise<Opened> {
  const opened = await open(seller)
  await spend(opened.payer, await look(opened.id), spentBase + unspentBase, unspentBase)
  return opened
}

/** As if the schedule's interval and every pause had passed. */
export const makeDue = () =>
  db.execute(sql`
    UPDATE channel SET opened_at = opened_at - interval '2 hours', last_settled_at = last_settled_at - interval '2 hours',
      parked_until = NULL`)

/** Settles what is due, and looks after it until nothing is on its way. */
export async function settleAll(): Promise<void> {
  await settleChannels(ctx, 5_000)
  await finish()
}

export async function finish(): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    await applyDue(ctx)
    const [open] = await db.query(sql`SELECT 1 FROM settlement_batch WHERE status = 'submitted' LIMIT 1`)
    if (!open) return
    await drive()
  }
  throw new Error('a batch is not booked')
}

/** Runs the background tasks of execution, as one second of them would. */
export async function drive(): Promise<void> {
  await db.execute(
    sql`UPDATE transaction SET due_at = now(), lease_until = NULL WHERE status IN ('queued', 'signed', 'submitted', 'held', 'included')`,
  )
  await submitDue(ctx, 1_000)
  await trackDue(ctx, 1_000)
  await new Promise((resolve) => setTimeout(resolve, 50))
}

export type BatchRow = { size: number; status: string; settled: number }

export function batchesOf({ merchantId }: Seller): Promise<BatchRow[]> {
  return db.query<BatchRow>(sql`
    SELECT b.size, b.status, b.settled_count AS settled FROM settlement_batch b
    WHERE EXISTS (
      SELECT 1 FROM channel_settlement s JOIN channel c ON c.id = s.channel_id
      WHERE s.batch_id = b.id AND c.merchant_id = ${merchantId}::uuid)
    ORDER BY b.created_at`)
}

export async function eventsOf(channelId: string): Promise<string[]> {
  const events = await db.query<{ type: string }>(
    sql`SELECT type FROM audit_event WHERE channel_id = ${channelId} ORDER BY seq`,
  )
  return events.map(({ type }) => type.replace('channel.', ''))
}
