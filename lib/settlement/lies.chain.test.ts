import { numberToHex } from 'viem'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { evmNetwork, tokenBalance, usdc } from '@/sandbox/evm'
import { startChainProxy, type ChainProxy } from '@/sandbox/testing/chain-proxy'
import { chains } from '@/sandbox/testing/chains'
import {
  accept,
  ctx,
  freeBlocks,
  held,
  holdBlocks,
  mine,
  newPayer,
  openShop,
  price,
  statusOf,
  submitElsewhere,
  track,
  type Shop,
} from '@/sandbox/testing/booking-fixture'
import { Eip3009, findAuthorizationUse, hasSettler, Multicall3, readRpc, Settler } from '@/lib/chains'
import { db, endHeartbeat, sql } from '@/lib/db'
import { awaitOutcome, ensureSigners, submitNow } from '@/lib/execution'
import type { Payment } from '@/lib/payments'
import { applyBatch } from './payments/apply-batch'
import { applyDue } from './apply-due'
import { closeBatch } from './payments/close-batch'

// Two endpoints of one chain, of which one lies, or lags behind.

const { evm } = chains()
let shop: Shop
let honest: ChainProxy
let liar: ChainProxy

beforeAll(async () => {
  honest = await startChainProxy(evm.url)
  liar = await startChainProxy(evm.url)
  // The liar is asked first.
  process.env.NETWORKS = JSON.stringify({ [evmNetwork]: { rpcUrls: [liar.url, honest.url] } })
  await ensureSigners(ctx)
})
beforeEach(async () => {
  await freeBlocks()
  shop = await openShop()
})
afterEach(async () => {
  for (const proxy of [honest, liar]) proxy.fault = () => 'forward'
  await freeBlocks()
})
afterAll(async () => {
  await endHeartbeat()
  await honest.stop()
  await liar.stop()
})

async function send(payment: Payment.Payment) {
  const closed = await closeBatch(ctx, [{ payment }])
  if (!closed) throw new Error('nothing was to be moved')
  await submitNow(ctx, closed.transactionId)
  return closed
}

const topic = (address: string) => `0x${address.slice(2).padStart(64, '0')}`

/** Logs that would pay for it. */
function forgedLogs({ instrument, asset }: Payment.Payment) {
  const { from, to, nonce } = instrument as Eip3009.Eip3009Authorization
  const place = { transactionHash: `0x${'f0'.repeat(32)}`, blockNumber: '0x1', blockHash: `0x${'0b'.repeat(32)}` }
  const transfer = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'
  return [
    { ...place, address: asset, logIndex: '0x0', data: '0x', topics: [Eip3009.usedTopic, topic(from), nonce] },
    {
      ...{ ...place, address: asset, logIndex: '0x1', data: numberToHex(price, { size: 32 }) },
      topics: [transfer, topic(from), topic(to)],
    },
  ]
}

const forgedReceipt = (payment: Payment.Payment, transactionHash: unknown) => ({
  ...{ transactionHash, status: '0x1', blockNumber: '0x1', blockHash: `0x${'0b'.repeat(32)}`, gasUsed: '0x5208' },
  ...{ effectiveGasPrice: '0x1', logs: forgedLogs(payment).map((log) => ({ ...log, transactionHash })) },
})

describe('one of two endpoints that forges', () => {
  it('a receipt: nothing is booked by it, and the true one is', async () => {
    const payment = await accept(shop)
    await holdBlocks()
    liar.fault = ({ method, params }) =>
      method === 'eth_getTransactionReceipt' ? { result: forgedReceipt(payment, params[0]) } : 'forward'
    const closed = await send(payment)
    const outcome = await awaitOutcome(closed.transactionId, 1_500)
    expect(outcome.kind).toBe('unknown')
    await track()
    await applyDue(ctx)
    expect(await statusOf(payment.id)).toMatchObject({ settlement: 'pending' })
    expect(await held(`cash:${shop.payTo}`)).toBe(0n)
    liar.fault = () => 'forward'
    await mine()
    await applyBatch(ctx, closed.batchId, await awaitOutcome(closed.transactionId, 10_000))
    expect(await statusOf(payment.id)).toMatchObject({ settlement: 'settled' })
    expect(await tokenBalance(evm, usdc, shop.payTo)).toBe(price)
  })

  it('the use of a nonce, with its event and its receipt: nothing has moved', async () => {
    const payment = await accept(shop)
    const { from, to, nonce } = payment.instrument as Eip3009.Eip3009Authorization
    liar.fault = ({ method, params }) => {
      if (method === 'eth_call') return { result: numberToHex(1n, { size: 32 }) }
      if (method === 'eth_getLogs') return { result: forgedLogs(payment) }
      return method === 'eth_getTransactionReceipt' ? { result: forgedReceipt(payment, params[0]) } : 'forward'
    }
    const wanted = { asset: usdc, from, to, value: price, nonce }
    await expect(findAuthorizationUse(evmNetwork, wanted)).rejects.toMatchObject({ code: 'unavailable' })
    // That the nonce is used may be true: by what is still told by both.
    honest.fault = ({ method }) => (method === 'eth_call' ? { result: numberToHex(1n, { size: 32 }) } : 'forward')
    await expect(findAuthorizationUse(evmNetwork, wanted)).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('that it is unused: a payment that moved is not voided', async () => {
    const payer = await newPayer()
    const payment = await accept(shop, payer)
    await holdBlocks()
    const closed = await send(payment)
    // Ours then reverts.
    await submitElsewhere(payment)
    await mine(6)
    liar.fault = ({ method }) => (method === 'eth_call' ? { result: numberToHex(0n, { size: 32 }) } : 'forward')
    for (let tries = 0; tries < 10; tries++) {
      await track()
      await applyDue(ctx)
    }
    const [row] = await db.query(sql`SELECT status FROM transaction WHERE id = ${closed.transactionId}::uuid`)
    expect(row).toEqual({ status: 'reverted' })
    expect(await statusOf(payment.id)).toEqual({ status: 'authorized', settlement: 'pending' })
    const [batch] = await db.query<{ looks: number; waits: string }>(
      sql`SELECT looks, waits_for AS waits FROM settlement_batch WHERE id = ${closed.batchId}::uuid`,
    )
    expect(batch?.looks).toBeGreaterThan(0)
    expect(batch?.waits).toContain('cannot be asked')
    expect(await tokenBalance(evm, usdc, shop.payTo)).toBe(price)
  })
})

describe('one of two endpoints about our settlement contract', () => {
  const isAskedForIt = (method: string, params: readonly unknown[]) =>
    method === 'eth_getCode' && String(params[0]).toLowerCase() === Settler.address.toLowerCase()
  let later = 0
  /** An hour later each time: answers are kept for ten minutes. */
  const askLater = () => hasSettler(evmNetwork, Date.now() + ++later * 3_600_000)

  it('says that it is there, and it is not: a batch goes through Multicall3 and moves the money', async () => {
    await evm.rpc('anvil_setCode', [Settler.address, '0x'])
    liar.fault = ({ method, params }) => (isAskedForIt(method, params) ? { result: Settler.code } : 'forward')
    expect(await askLater()).toBe(false)
    const payments = [await accept(shop), await accept(shop)]
    const closed = await closeBatch(
      ctx,
      payments.map((payment) => ({ payment })),
    )
    const [row] = await db.query<{ to: string }>(
      sql`SELECT "to" FROM transaction WHERE id = ${closed?.transactionId}::uuid`,
    )
    expect(row?.to).toBe(Multicall3.address.toLowerCase())
    await submitNow(ctx, closed?.transactionId ?? '')
    await applyBatch(ctx, closed?.batchId ?? '', await awaitOutcome(closed?.transactionId ?? '', 10_000))
    expect(await tokenBalance(evm, usdc, shop.payTo)).toBe(2n * price)
  })

  it('says that it is not there, or holds other code: it is not used', async () => {
    await evm.rpc('anvil_setCode', [Settler.address, Settler.code])
    expect(await askLater()).toBe(true)
    for (const code of ['0x', `${Settler.code}00`])
      for (const proxy of [liar, honest]) {
        proxy.fault = ({ method, params }) => (isAskedForIt(method, params) ? { result: code } : 'forward')
        expect(await askLater()).toBe(false)
        proxy.fault = () => 'forward'
      }
  })
})

describe('an endpoint that lags behind our own receipt', () => {
  it('is not asked whether an authorization was used', async () => {
    const payer = await newPayer()
    const payment = await accept(shop, payer)
    const { from, to, nonce } = payment.instrument as Eip3009.Eip3009Authorization
    const wanted = { asset: usdc, from, to, value: price, nonce }
    await holdBlocks()
    await send(payment)
    await mine()
    const own = BigInt(await readRpc<string>(evmNetwork, 'eth_blockNumber', []))
    expect(await findAuthorizationUse(evmNetwork, wanted, own)).toMatchObject({ kind: 'moved' })
    // A block late, whatever it is asked: it would say that nothing was used.
    for (const proxy of [honest, liar])
      proxy.fault = ({ method, params }) => {
        if (method === 'eth_blockNumber') return { result: numberToHex(own - 1n) }
        if (method !== 'eth_call') return 'forward'
        return params[1] === 'latest' || BigInt(params[1] as string) < own
          ? { result: numberToHex(0n, { size: 32 }) }
          : { error: { code: -32000, message: 'header not found' } }
      }
    await expect(findAuthorizationUse(evmNetwork, wanted, own)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await findAuthorizationUse(evmNetwork, wanted)).toEqual({ kind: 'unused' })
  })

  it('undoes no inclusion: that its block is not there yet is no reorganisation', async () => {
    const payer = await newPayer()
    const payment = await accept(shop, payer)
    await holdBlocks()
    const closed = await send(payment)
    await mine()
    await applyBatch(ctx, closed.batchId, await awaitOutcome(closed.transactionId, 10_000))
    const [row] = await db.query<{ number: bigint }>(
      sql`SELECT block_number AS number FROM transaction WHERE id = ${closed.transactionId}::uuid`,
    )
    const number = numberToHex(row?.number ?? 0n)
    liar.fault = ({ method, params }) => {
      if (method === 'eth_getTransactionReceipt') return { result: null }
      return method === 'eth_getBlockByNumber' && params[0] === number ? { result: null } : 'forward'
    }
    for (let looks = 0; looks < 3; looks++) await track()
    await applyDue(ctx)
    expect(await statusOf(payment.id)).toMatchObject({ settlement: 'settled' })
    const events = await db.query(
      sql`SELECT 1 FROM audit_event WHERE transaction_id = ${closed.transactionId}::uuid AND type LIKE '%reorged'`,
    )
    expect(events).toEqual([])
  })
})
