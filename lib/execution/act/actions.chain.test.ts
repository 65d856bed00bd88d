import { parseTransaction, toHex, type Hex } from 'viem'
import { beforeEach, describe, expect, it } from 'vitest'
import { signerFor } from '@/lib/chains'
import { db, sql, withTransaction } from '@/lib/db'
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
  proxy,
  skipTime,
  track,
  trackUntil,
  transfer,
} from '@/sandbox/testing/execution-harness'
import {
  awaitOutcome,
  cancelTransaction,
  enqueueTransaction,
  previewAction,
  retryTransaction,
  speedUpTransaction,
  submitDue,
  submitNow,
  trackDue,
} from '../index'

setUpExecution()

const operator = { operator: true, merchantId: '00000000-0000-0000-0000-000000000000' }
const merchantId = '11111111-1111-4111-8111-111111111111'
const why = 'The member changed their mind.'

/** Holds blocks back, so that what is sent stays in the pool. */
const stopMining = () => evm.rpc('evm_setAutomine', [false])
const mine = () => evm.rpc('evm_mine', [])
const signed = (raw: Buffer | undefined) => parseTransaction(toHex(raw ?? new Uint8Array()))

// What earlier tests left in the lane is written down first.
beforeEach(async () => {
  await db.execute(
    sql`UPDATE transaction SET due_at = now(), lease_until = NULL WHERE status IN ('signed', 'submitted')`,
  )
  await trackDue(ctx, 5_000)
})

async function sendAndHoldBack() {
  await stopMining()
  const { call, to } = transfer()
  const id = await enqueue(call)
  await submitNow(ctx, id)
  expect(await look(id)).toMatchObject({ status: 'submitted' })
  return { id, to }
}

describe('cancelling', () => {
  it('before anything was signed ends it and burns no nonce, also under the hands of a driver', async () => {
    const before = await nextNonce()
    const id = await enqueue(transfer().call)
    expect(await cancelTransaction(ctx, { id, reason: why })).toBe('cancelled')
    expect(await cancelTransaction(ctx, { id, reason: why })).toBe('cancelled')
    await submitNow(ctx, id)
    expect(await look(id)).toMatchObject({ status: 'cancelled', error: why, attempts: [], nonce: null })
    expect(await nextNonce()).toBe(before)
    expect(await awaitOutcome(id, 100)).toEqual({ kind: 'failed', reason: why })
  })

  it('after it was sent takes its nonce with nothing, and is over only when that is final', async () => {
    const { id, to } = await sendAndHoldBack()
    expect(await previewAction(operator, id, 'cancel')).toMatchObject({ possible: true })
    expect(await cancelTransaction(ctx, { id, reason: why })).toBe('asked')
    expect(await cancelTransaction(ctx, { id, reason: 'again' }).catch((error: Error) => error.message)).toMatch(
      /already/,
    )
    const row = await track(id)
    expect(row.attempts).toHaveLength(2)
    const [call, cancel] = row.attempts.map(({ raw }) => signed(raw))
    expect(cancel).toMatchObject({ nonce: call?.nonce, to: signerFor(network, 'settlement')?.address, gas: 21_000n })
    await mine()
    expect(await track(id)).toMatchObject({ status: 'included', hash: row.attempts[1]?.hash })
    expect(await awaitOutcome(id, 0)).toMatchObject({ kind: 'unknown' })
    const ended = await trackUntil(id, 'cancelled')
    expect(ended).toMatchObject({ error: why })
    expect(ended.events).toEqual(expect.arrayContaining(['cancel_asked', 'replaced', 'included', 'cancelled']))
    expect(await awaitOutcome(id, 0)).toEqual({ kind: 'failed', reason: why })
    expect(await balance(to)).toBe(0n)
  })

  it('too late changes nothing: what was included stands', async () => {
    const { id, to } = await sendAndHoldBack()
    await cancelTransaction(ctx, { id, reason: why })
    await mine()
    const row = await trackUntil(id, 'final')
    expect(row.attempts).toHaveLength(1)
    expect(await balance(to)).toBe(5n)
    await expect(cancelTransaction(ctx, { id, reason: why })).rejects.toMatchObject({ code: 'not-cancellable' })
  })

  it('that a reorganisation takes back is not over: one of the two attempts ends it', async () => {
    await evm.rpc('anvil_mine', ['0x4'])
    const { id, to } = await sendAndHoldBack()
    await cancelTransaction(ctx, { id, reason: why })
    await track(id)
    await mine()
    expect(await track(id)).toMatchObject({ status: 'included' })
    await evm.rpc('anvil_reorg', [2, []])
    const ended = await trackUntil(id, 'cancelled')
    expect(ended.events).toContain('reorged')
    expect(await balance(to)).toBe(0n)
  })
})

describe('speeding up', () => {
  it('signs one replacement with higher fees, whatever the market', async () => {
    const { id, to } = await sendAndHoldBack()
    const preview = await previewAction(operator, id, 'speed-up')
    expect(preview).toMatchObject({ possible: true, simulation: { ok: true } })
    expect(BigInt(preview.feeThenWei ?? 0)).toBeGreaterThan(BigInt(preview.feeNowWei ?? 0))
    await speedUpTransaction(ctx, { id })
    const row = await track(id)
    expect(row.attempts).toHaveLength(2)
    const [first, second] = row.attempts.map(({ raw }) => signed(raw))
    expect(second?.nonce).toBe(first?.nonce)
    expect(second?.maxFeePerGas).toBeGreaterThan(first?.maxFeePerGas ?? 0n)
    expect((await track(id)).attempts).toHaveLength(2)
    await mine()
    expect(await trackUntil(id, 'final')).toMatchObject({ hash: row.attempts[1]?.hash })
    expect(await balance(to)).toBe(5n)
  })

  it('is refused with the reason where it makes no sense', async () => {
    const id = await enqueue(transfer().call)
    expect(await previewAction(operator, id, 'speed-up')).toMatchObject({ possible: false, why: /not sent yet/ })
    await expect(speedUpTransaction(ctx, { id })).rejects.toMatchObject({ code: 'not-possible' })
    await submitNow(ctx, id)
    await trackUntil(id, 'final')
    expect(await previewAction(operator, id, 'speed-up')).toMatchObject({ possible: false, why: /ended/ })
    await expect(retryTransaction(ctx, { id })).rejects.toMatchObject({ code: 'not-possible' })
  })
})

describe('several calls of one intent', () => {
  async function ask(calls: readonly { call: ReturnType<typeof transfer>['call'] }[]) {
    const intentId = ctx.id()
    await db.execute(sql`
      INSERT INTO intent (id, merchant_id, network, body_hash, body, decision)
      VALUES (${intentId}::uuid, ${merchantId}::uuid, ${network}, '\\x00', '{}', '{}')`)
    return withTransaction(async (tx) => {
      const ids: string[] = []
      for (const [position, { call }] of calls.entries())
        ids.push((await enqueueTransaction(tx, ctx, call, { merchantId, intentId, position })).id)
      return ids
    })
  }

  it('are sent in order, each after the one before it is included', async () => {
    await stopMining()
    const steps = [transfer(), transfer(), transfer()]
    const ids = await ask(steps)
    for (const id of ids) await skipTime(id)
    await submitDue(ctx, 2_000)
    await submitNow(ctx, ids[1] ?? '')
    expect(await Promise.all(ids.map(async (id) => (await look(id)).status))).toEqual(['submitted', 'queued', 'queued'])
    for (const id of ids) {
      await skipTime(id)
      await submitDue(ctx, 2_000)
      await mine()
      expect(await track(id)).toMatchObject({ status: 'included' })
    }
    const nonces = await Promise.all(ids.map(async (id) => (await look(id)).nonce))
    expect(nonces).toEqual([...nonces].sort((one, other) => Number((one ?? 0n) - (other ?? 0n))))
    for (const { to } of steps) expect(await balance(to)).toBe(5n)
  })

  it('stop at the first that fails', async () => {
    const [good, bad, never] = [transfer(), transfer(10n ** 30n), transfer()]
    const ids = await ask([good, bad, never])
    for (let round = 0; round < 4; round++) {
      for (const id of ids) await skipTime(id)
      await submitDue(ctx, 2_000)
      await trackDue(ctx, 2_000)
    }
    const rows = await Promise.all(ids.map(look))
    expect(rows.map(({ status }) => status).slice(1)).toEqual(['failed', 'cancelled'])
    expect(rows[2]).toMatchObject({ attempts: [], nonce: null, error: /did not succeed/ })
    await trackUntil(ids[0] ?? '', 'final')
    expect(await balance(good.to)).toBe(5n)
    expect(await balance(never.to)).toBe(0n)
  })
})

it('a held one is tried again at once on request', async () => {
  const fault = (hash: Hex | null) => ({ error: { code: -32000, message: `no state at ${hash}` } })
  proxy.fault = ({ method }) => (/eth_(simulateV1|call)$/.test(method) ? fault(null) : 'forward')
  const { call, to } = transfer()
  const id = await enqueue(call)
  await submitNow(ctx, id)
  expect(await look(id)).toMatchObject({ status: 'held', nonce: null })
  proxy.fault = () => 'forward'
  await retryTransaction(ctx, { id })
  expect(await awaitOutcome(id, 3_000)).toMatchObject({ kind: 'included' })
  expect(await balance(to)).toBe(5n)
  await age(id, 0)
})
