import { parseTransaction, toHex } from 'viem'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signerFor, type CallTerms } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import {
  setUpExecution,
  age,
  balance,
  ctx,
  enqueue,
  evm,
  look,
  network,
  nextNonce,
  relay,
  sends,
  skipTime,
  track,
  trackUntil,
  transfer,
} from '@/sandbox/testing/execution-harness'
import { awaitOutcome, submitDue, submitNow, trackDue } from '../index'
import { readFreshMarket } from '../networks/read-fresh-market'

setUpExecution()

const stopMining = () => evm.rpc('evm_setAutomine', [false])
const mine = () => evm.rpc('evm_mine', [])
const setBaseFee = (wei: bigint) => evm.rpc('anvil_setNextBlockBaseFeePerGas', [toHex(wei)])
const gwei = 1_000_000_000n

function asked(terms: CallTerms) {
  const { call, to } = transfer()
  if (call.kind !== 'call') throw new Error('not a call')
  return { call: { ...call, terms, gasLimit: 100_000n }, to }
}

beforeEach(async () => {
  await db.execute(
    sql`UPDATE transaction SET due_at = now(), lease_until = NULL WHERE status IN ('signed', 'submitted')`,
  )
  await trackDue(ctx, 5_000)
})

describe('a fee cap', () => {
  it('holds what would cost more, burns no nonce, and lets it go when the market falls', async () => {
    await setBaseFee(50n * gwei)
    await mine()
    await setBaseFee(50n * gwei)
    const before = await nextNonce()
    const { call, to } = asked({ maxFeeWei: 100_000n * 20n * gwei })
    const id = await enqueue(call)
    await submitNow(ctx, id)
    const held = await look(id)
    expect(held).toMatchObject({ status: 'held', nonce: null, heldReason: /fee cap of 0\.002 ETH/ })
    expect(await nextNonce()).toBe(before)
    await setBaseFee(gwei)
    await mine()
    await setBaseFee(gwei)
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    await skipTime(id)
    await submitDue(ctx, 2_000)
    expect(await awaitOutcome(id, 3_000)).toMatchObject({ kind: 'included' })
    expect(await balance(to)).toBe(5n)
  })

  it('reached after sending keeps the latest bytes in the pool, says so once, and resumes by itself', async () => {
    await setBaseFee(gwei)
    await mine()
    await stopMining()
    const capGwei = 5n
    const { call, to } = asked({ maxFeeWei: 100_000n * capGwei * gwei })
    const id = await enqueue(call)
    await submitNow(ctx, id)
    for (let block = 0; block < 2; block++) {
      await setBaseFee(200n * gwei)
      await mine()
    }
    await setBaseFee(200n * gwei)
    for (let round = 0; round < 3; round++) {
      await age(id, 7)
      const row = await track(id)
      expect(row).toMatchObject({ status: 'submitted', heldReason: /fee cap/ })
      for (const { raw } of row.attempts)
        expect(parseTransaction(toHex(raw)).maxFeePerGas).toBeLessThanOrEqual(capGwei * gwei)
    }
    expect((await look(id)).events.filter((type) => type === 'held')).toHaveLength(1)
    await setBaseFee(gwei)
    await mine()
    await setBaseFee(gwei)
    await age(id, 7)
    await track(id)
    await mine()
    const row = await trackUntil(id, 'final')
    expect(row.heldReason).toBeNull()
    expect(await balance(to)).toBe(5n)
  })
})

describe('a deadline', () => {
  it('that passes before anything was signed expires it', async () => {
    const { call } = asked({ deadlineMs: Date.now() - 1_000 })
    const id = await enqueue(call)
    await submitNow(ctx, id)
    expect(await look(id)).toMatchObject({ status: 'expired', nonce: null, error: /deadline/ })
    expect(sends()).toEqual([])
  })

  it('that passes while it waits in the pool cancels it on its nonce', async () => {
    await stopMining()
    const { call, to } = asked({ deadlineMs: Date.now() + 60_000 })
    const id = await enqueue(call)
    await submitNow(ctx, id)
    await db.execute(sql`UPDATE transaction SET deadline_at = now() - interval '1 s' WHERE id = ${id}::uuid`)
    expect((await track(id)).attempts).toHaveLength(2)
    await mine()
    expect(await trackUntil(id, 'cancelled')).toMatchObject({ error: /deadline/ })
    expect(await balance(to)).toBe(0n)
  })

  it('that nears makes it more urgent', async () => {
    await stopMining()
    const { call } = asked({ deadlineMs: Date.now() + 15_000 })
    const id = await enqueue(call)
    await submitNow(ctx, id)
    const { nextBaseFeePerGas } = await readFreshMarket(network)
    const offered = parseTransaction(toHex((await look(id)).attempts[0]?.raw ?? new Uint8Array())).maxFeePerGas
    expect(offered).toBeGreaterThan((nextBaseFeePerGas * 5n) / 2n)
    await mine()
    await trackUntil(id, 'final')
  })
})

describe('a lane', () => {
  const setMax = (max: number) =>
    db.execute(sql`
      UPDATE signer SET in_flight_max = ${max}
      WHERE network = ${network} AND address = ${signerFor(network, 'settlement')?.address}`)
  afterEach(() => setMax(64))

  it('has never more in flight than it may, and lets the others follow', async () => {
    await stopMining()
    await setMax(3)
    const queued = await Promise.all(Array.from({ length: 8 }, () => enqueue(transfer().call)))
    await Promise.all(queued.map((id) => submitNow(ctx, id)))
    const count = async (status: string) =>
      (await Promise.all(queued.map(look))).filter((row) => row.status === status).length
    expect(await count('submitted')).toBe(3)
    for (const id of queued) await skipTime(id)
    expect(await submitDue(ctx, 1_000)).toBe(0)
    for (let round = 0; round < 3; round++) {
      await mine()
      for (const id of queued) await skipTime(id)
      await trackDue(ctx, 2_000)
      await submitDue(ctx, 2_000)
      expect(await count('submitted')).toBeLessThanOrEqual(3)
    }
    await mine()
    await trackDue(ctx, 2_000)
    for (const id of queued) expect(await trackUntil(id, 'final')).toMatchObject({ attempts: [{ seq: 1 }] })
  })
})

describe('private submission', () => {
  const privately = () => relay.calls.filter(({ method }) => method === 'eth_sendPrivateTransaction')

  // A relay that takes everything and keeps silent.
  beforeEach(() => {
    relay.fault = ({ method }) =>
      method === 'eth_sendPrivateTransaction' ? { result: `0x${'11'.repeat(32)}` } : 'forward'
  })

  it('turns public when the private way stays silent, and only then', async () => {
    await stopMining()
    const { call, to } = asked({ submission: 'private-first' })
    const id = await enqueue(call)
    await submitNow(ctx, id)
    expect(privately()).toHaveLength(1)
    expect(sends()).toEqual([])
    await age(id, 8)
    await track(id)
    expect(sends()).toEqual([])
    await age(id, 30)
    await track(id)
    expect(sends()).not.toEqual([])
    await mine()
    await trackUntil(id, 'final')
    expect(await balance(to)).toBe(5n)
  })

  it('never turns public where that was not allowed', async () => {
    await stopMining()
    const { call, to } = asked({ submission: 'private', deadlineMs: Date.now() + 600_000 })
    const id = await enqueue(call)
    await submitNow(ctx, id)
    for (let round = 0; round < 3; round++) {
      await age(id, 30)
      await track(id)
    }
    expect(sends()).toEqual([])
    expect(privately().length).toBeGreaterThan(1)
    expect(await balance(to)).toBe(0n)
  })
})
