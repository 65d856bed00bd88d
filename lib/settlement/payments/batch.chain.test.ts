import { signVoucher } from '@x402/evm/batch-settlement/client'
import { createWalletClient, http } from 'viem'
import { baseSepolia } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { db, endHeartbeat, sql } from '@/lib/db'
import { ensureSigners, submitDue, trackDue } from '@/lib/execution'
import { evmNetwork, fundGas } from '@/sandbox/evm'
import {
  balanceOf,
  books,
  ctx,
  look,
  openBatch,
  openBatchSeller,
  spend,
  toOpening,
} from '@/sandbox/testing/batch-channel-fixture'
import { newBatchPayer, sendToEscrow } from '@/sandbox/testing/batch-shop-fixture'
import { chains } from '@/sandbox/testing/chains'
import { startGateway } from '@/sandbox/testing/shop-fixture'
import { applyDue, closeChannel, openChannel, previewSettlement, settleChannels, watchChannels } from '../index'

// x402's escrow under the same worker as Tempo's reserve.

const { evm } = chains()
const watch = () => watchChannels(ctx, 5_000)

beforeAll(async () => {
  await ensureSigners(ctx)
  await watch()
})
afterAll(() => endHeartbeat())

/** What the background tasks do until no batch is on its way. */
async function finish(): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    await applyDue(ctx)
    const [open] = await db.query(sql`SELECT 1 FROM settlement_batch WHERE status = 'submitted' LIMIT 1`)
    if (!open) return
    await drive()
  }
  throw new Error('a batch is not booked')
}

async function drive(): Promise<void> {
  await db.execute(
    sql`UPDATE transaction SET due_at = now(), lease_until = NULL WHERE status IN ('queued', 'signed', 'submitted', 'held', 'included')`,
  )
  await submitDue(ctx, 1_000)
  await trackDue(ctx, 1_000)
  await new Promise((resolve) => setTimeout(resolve, 50))
}

async function settleAll(): Promise<void> {
  await settleChannels(ctx, 5_000)
  await finish()
}

const waitFor = (isThere: () => Promise<boolean>) => expect.poll(isThere, { interval: 100 }).toBe(true)

describe('the schedule', () => {
  it('claims exactly what was spent of several channels in one transaction, whatever their vouchers allow', async () => {
    const seller = await openBatchSeller(1)
    const [one, two] = [await openBatch(seller), await openBatch(seller)]
    await spend(one, seller, 7_000n)
    await spend(two, seller, 9_000n)
    // Signed for much more, of which nothing was delivered.
    const { signature } = await signVoucher(two.account, two.id, '50000', evmNetwork)
    await db.execute(sql`
      UPDATE channel SET accepted_base = 50000, accepted_signature = ${Buffer.from(signature.slice(2), 'hex')} WHERE id = ${two.id}`)
    expect(await previewSettlement(ctx, two.id, 'settle')).toMatchObject({
      paysBase: 9_000n,
      excessBase: 0n,
      refundsBase: null,
    })
    expect(await previewSettlement(ctx, two.id, 'close')).toMatchObject({ paysBase: 9_000n, refundsBase: 91_000n })
    await settleAll()
    expect(await balanceOf(seller.payee)).toBe(16_000n)
    for (const [{ id }, settledBase] of [
      [one, 7_000n],
      [two, 9_000n],
    ] as const)
      expect(await look(id)).toMatchObject({ status: 'open', settledBase, settlementId: null })
    expect(await books(seller)).toEqual({ cash: 16_000n, revenue: 16_000n, receivable: 0n })
    const sizes = sql`SELECT size FROM settlement_batch WHERE id IN (SELECT batch_id FROM channel_settlement WHERE channel_id = ${one.id})`
    expect(await db.query(sizes)).toEqual([{ size: 2 }])
  })

  it('parks the channel whose voucher is bad, and claims the others', async () => {
    const seller = await openBatchSeller(1)
    const [good, bad] = [await openBatch(seller), await openBatch(seller)]
    await spend(good, seller, 7_000n)
    await spend(bad, seller, 9_000n)
    await db.execute(sql`
      UPDATE channel SET accepted_signature = (SELECT accepted_signature FROM channel WHERE id = ${good.id}) WHERE id = ${bad.id}`)
    await settleAll()
    expect(await balanceOf(seller.payee)).toBe(7_000n)
    expect(await look(good.id)).toMatchObject({ settledBase: 7_000n, parkedReason: null })
    expect(await look(bad.id)).toMatchObject({
      settledBase: 0n,
      parkedReason: expect.stringContaining('InvalidSignature') as string,
    })
  })
})

describe('a refund', () => {
  it('closes it for what was spent; asked for twice at once it happens once', async () => {
    const seller = await openBatchSeller()
    const channel = await openBatch(seller)
    await spend(channel, seller, 30_000n)
    const before = await balanceOf(channel.account.address)
    const close = () => closeChannel(ctx, { channelId: channel.id, trigger: 'agent' }, 15_000)
    const [one, two] = await Promise.all([close(), close()])
    expect([one.kind, two.kind]).toEqual(['closed', 'closed'])
    expect(await balanceOf(seller.payee)).toBe(30_000n)
    expect((await balanceOf(channel.account.address)) - before).toBe(70_000n)
    expect(await books(seller)).toEqual({ cash: 30_000n, revenue: 30_000n, receivable: 0n })
    expect(await spend(channel, seller, 31_000n)).toBe('finalized')
  })

  it('of a channel on which nothing was bought gives all of it back', async () => {
    const seller = await openBatchSeller()
    const channel = await openBatch(seller)
    await closeChannel(ctx, { channelId: channel.id, trigger: 'agent' }, 15_000)
    expect(await look(channel.id)).toMatchObject({ status: 'closed', settledBase: 0n })
    expect(await balanceOf(channel.account.address)).toBe(10_000_000n)
    await watch()
    expect(await look(channel.id)).toMatchObject({ status: 'closed', refundedBase: 100_000n })
  })
})

describe('a reorganisation', () => {
  it('takes a claim back in the books, and the same bytes claim again', async () => {
    const seller = await openBatchSeller(1)
    const channel = await openBatch(seller)
    await spend(channel, seller, 10_000n)
    await watch()
    await evm.rpc('anvil_mine', ['0x3'])
    await settleAll()
    await watch()
    const [row] = await db.query<{ block: bigint }>(sql`
      SELECT t.block_number AS block FROM channel_settlement s JOIN settlement_batch b ON b.id = s.batch_id
        JOIN transaction t ON t.id = b.transaction_id WHERE s.channel_id = ${channel.id}`)
    const head = BigInt(await evm.rpc<string>('eth_blockNumber', []))
    await evm.rpc('anvil_reorg', [Number(head - (row?.block ?? 0n)) + 1, []])
    for (let tries = 0; (await books(seller)).cash !== 0n && tries < 1_000; tries++) await watch()
    expect(await look(channel.id)).toMatchObject({ status: 'open', settledBase: 0n })
    for (let tries = 0; (await look(channel.id)).settledBase === 0n && tries < 1_000; tries++) {
      await drive()
      await watch()
    }
    expect(await books(seller)).toEqual({ cash: 10_000n, revenue: 10_000n, receivable: 0n })
    const told = sql`SELECT 1 FROM audit_event WHERE channel_id = ${channel.id} AND type = 'channel.reorged'`
    expect(await db.query(told)).toHaveLength(1)
    expect(await balanceOf(seller.payee)).toBe(10_000n)
  })
})

describe('a deposit', () => {
  it('that another account submitted first opens the channel all the same', async () => {
    const seller = await openBatchSeller()
    const payer = await newBatchPayer()
    const { input } = await toOpening(seller, payer)
    const stranger = await newBatchPayer()
    await fundGas(evm, stranger.account.address, 10n ** 18n)
    const { call } = input.opening.transaction as { call: { to: `0x${string}`; data: `0x${string}` } }
    await evm.rpc('evm_setAutomine', [false])
    await evm.rpc('evm_setIntervalMining', [0])
    const opening = openChannel(ctx, input, 20_000)
    await waitFor(
      async () => (await db.query(sql`SELECT 1 FROM channel WHERE id = ${input.opening.channelId}`)).length > 0,
    )
    const wallet = createWalletClient({ account: stranger.account, chain: baseSepolia, transport: http(evm.url) })
    const hurry = { maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 12n, gas: 500_000n }
    await wallet.sendTransaction({ ...call, ...hurry })
    await waitFor(async () => {
      const { pending } = await evm.rpc<{ pending: Record<string, unknown> }>('txpool_content', [])
      return Object.keys(pending).length > 1
    })
    await evm.rpc('evm_setAutomine', [true])
    await evm.rpc('anvil_mine', ['0x1'])
    await evm.rpc('evm_setIntervalMining', [2])
    expect(await opening).toMatchObject({ kind: 'open', channel: { status: 'open', depositBase: 100_000n } })
    expect(await balanceOf(payer.account.address)).toBe(9_900_000n)
  })
})

it('a process that is killed right after it sent a claim leaves one that the next one finishes, once', async () => {
  const seller = await openBatchSeller(1)
  const channel = await openBatch(seller)
  await spend(channel, seller, 10_000n)
  const dying = await startGateway({ JOBS: 'in-process', SLUICE_FAILPOINT: 'after-broadcast' })
  await dying.exited
  const next = await startGateway({ JOBS: 'in-process' })
  try {
    await waitFor(async () => {
      const { settledBase, settlementId } = await look(channel.id)
      return settledBase === 10_000n && settlementId === null
    })
  } finally {
    await next.stop()
  }
  expect(await balanceOf(seller.payee)).toBe(10_000n)
  expect(await books(seller)).toEqual({ cash: 10_000n, revenue: 10_000n, receivable: 0n })
})

// Last: they turn the chain's clock, and what clients sign ends by their own.
describe('a payer who withdraws', () => {
  it('while the server is down is found after its start: what was spent is claimed, the rest given back', async () => {
    const seller = await openBatchSeller()
    const channel = await openBatch(seller)
    for (let voucher = 1n; voucher <= 20n; voucher++) await spend(channel, seller, voucher * 1_000n)
    const before = await balanceOf(channel.account.address)
    await sendToEscrow(channel.account, 'initiateWithdraw', channel.config, 80_000n)
    await watch()
    const asked = await look(channel.id)
    expect(asked.closeDeadlineAt!.getTime() - asked.closeRequestedAt!.getTime()).toBe(3_600_000)
    expect(await spend(channel, seller, 21_000n)).toBe('finalized')
    await evm.rpc('evm_increaseTime', [60])
    await evm.rpc('anvil_mine', ['0x2'])
    const app = await startGateway({ JOBS: 'in-process' })
    try {
      await waitFor(async () => (await look(channel.id)).status === 'closed')
    } finally {
      await app.stop()
    }
    expect(await balanceOf(seller.payee)).toBe(20_000n)
    expect((await balanceOf(channel.account.address)) - before).toBe(80_000n)
    expect(await books(seller)).toEqual({ cash: 20_000n, revenue: 20_000n, receivable: 0n })
  })

  it('a part, unnoticed: what is left still pays, and nothing beyond it is sold', async () => {
    const seller = await openBatchSeller()
    const channel = await openBatch(seller)
    const gone = await openBatch(seller)
    await spend(channel, seller, 30_000n)
    await spend(gone, seller, 5_000n)
    await sendToEscrow(channel.account, 'initiateWithdraw', channel.config, 60_000n)
    await sendToEscrow(gone.account, 'initiateWithdraw', gone.config, 100_000n)
    await evm.rpc('evm_increaseTime', [3_601])
    await evm.rpc('anvil_mine', ['0x1'])
    await sendToEscrow(channel.account, 'finalizeWithdraw', channel.config)
    await sendToEscrow(gone.account, 'finalizeWithdraw', gone.config)
    await watch()
    expect(await look(channel.id)).toMatchObject({ status: 'open', depositBase: 40_000n, closeRequestedAt: null })
    expect(await spend(channel, seller, 41_000n)).toBe('exceeds-deposit')
    expect(await spend(channel, seller, 40_000n)).toBe('granted')
    // Nothing was claimed of this one in time: the books say what is lost.
    expect(await look(gone.id)).toMatchObject({
      status: 'closed',
      settledBase: 0n,
      spentBase: 5_000n,
      refundedBase: 100_000n,
    })
    await db.execute(
      sql`UPDATE channel_policy SET settle_units = 1, reschedule_after = '' WHERE merchant_id = ${seller.merchantId}::uuid`,
    )
    await settleAll()
    expect(await balanceOf(seller.payee)).toBe(40_000n)
    expect(await books(seller)).toEqual({ cash: 40_000n, revenue: 45_000n, receivable: 5_000n })
  })
})
