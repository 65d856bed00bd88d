import { parseTransaction, toHex } from 'viem'
import { beforeEach, describe, expect, it } from 'vitest'
import { Erc20, sendRaw, signerFor, type Call } from '@/lib/chains'
import { db, sql, withTransaction } from '@/lib/db'
import { usdc } from '@/sandbox/evm'
import { awaitOutcome, enqueueTransaction, submitDue, submitNow, trackDue } from './index'
import { claimOne } from './claim-one'
import { readFreshMarket } from './networks/read-fresh-market'
import { signAttempt, type AttemptInput } from './submit/sign-attempt'
import * as Fee from './Fee'
import {
  setUpExecution,
  ctx,
  evm,
  proxy,
  transfer,
  enqueue,
  look,
  skipTime,
  age,
  track,
  trackUntil,
  sends,
  balance,
  nextNonce,
  network,
} from '@/sandbox/testing/execution-harness'

setUpExecution()

const wanted = async (): Promise<AttemptInput> => ({
  kind: 'call',
  offer: { fee: Fee.first(await readFreshMarket(network)), gas: 100_000n, legacy: false, l1FeeWei: 0n },
})

describe('a call', () => {
  it('lands, and becomes safe and final', async () => {
    const { call, to } = transfer(7n)
    const id = await enqueue(call)
    await submitNow(ctx, id)
    const outcome = await awaitOutcome(id, 5_000)
    expect(outcome.kind).toBe('included')
    if (outcome.kind !== 'included') return
    const moved = { asset: usdc, from: signerFor(network, 'settlement')?.address ?? '', to, value: 7n }
    expect(Erc20.findPlainTransfer(outcome.logs, moved, new Set())).toBe(0)
    expect(await balance(to)).toBe(7n)
    const row = await trackUntil(id, 'final')
    expect(row.hash).toBe(outcome.hash)
    expect(row.events.filter((type) => type !== 'safe')).toEqual([
      'queued',
      'simulated',
      'signed',
      'broadcast',
      'included',
      'final',
    ])
    expect(await awaitOutcome(id, 0)).toEqual({ ...outcome, isFinal: true })
  })

  it('takes few statements and calls', async () => {
    await enqueue(transfer().call).then((id) => submitNow(ctx, id))
    proxy.calls.length = 0
    const id = await enqueue(transfer().call)
    await submitNow(ctx, id)
    await awaitOutcome(id, 5_000)
    const methods = proxy.calls.map(({ method }) => method)
    expect(methods.filter((method) => method === 'eth_sendRawTransaction')).toHaveLength(1)
    // Its simulation says what gas it takes.
    expect(methods).not.toContain('eth_estimateGas')
    expect(methods.length).toBeLessThanOrEqual(5)
  })

  it('fails without a nonce when its simulation reverts', async () => {
    const before = await nextNonce()
    const id = await enqueue(transfer(10n ** 30n).call)
    await submitNow(ctx, id)
    const outcome = await awaitOutcome(id, 2_000)
    const reason = expect.stringContaining('exceeds balance') as string
    expect(outcome).toEqual({ kind: 'failed', reason, asOf: expect.any(BigInt) as bigint })
    expect(await look(id)).toMatchObject({ status: 'failed', nonce: null, attempts: [] })
    expect(await nextNonce()).toBe(before)
  })

  it('is reverted only when its block is final, and says why at once', async () => {
    const { call, to } = transfer(3n)
    const id = await enqueue({
      ...call,
      data: Erc20.transferData(to, 10n ** 30n),
      gasLimit: 90_000n,
      isSimulated: true,
    } as Call)
    await submitNow(ctx, id)
    const outcome = await awaitOutcome(id, 5_000)
    expect(outcome).toMatchObject({ kind: 'reverted', reason: expect.stringContaining('exceeds balance') as string })
    expect((await look(id)).status).toBe('included')
    expect((await trackUntil(id, 'reverted')).events.at(-1)).toBe('reverted')
    expect(await awaitOutcome(id, 0)).toEqual({ ...outcome, isFinal: true })
  })

  it('queued in a transaction that rolled back does nothing', async () => {
    let id = ''
    await withTransaction(async (tx) => {
      id = (await enqueueTransaction(tx, ctx, transfer().call)).id
      throw new Error('rolled back')
    }).catch(() => undefined)
    const before = await nextNonce()
    await submitNow(ctx, id)
    expect(sends()).toEqual([])
    expect(await nextNonce()).toBe(before)
    expect(await awaitOutcome(id, 50)).toEqual({ kind: 'unknown' })
  })
})

describe('a lost answer', () => {
  it('is unknown, then included, with one effect', async () => {
    const { call, to } = transfer()
    proxy.fault = ({ method }) =>
      method === 'eth_sendRawTransaction'
        ? 'drop'
        : method === 'eth_getTransactionReceipt'
          ? { result: null }
          : 'forward'
    const id = await enqueue(call)
    await submitNow(ctx, id)
    const outcome = await awaitOutcome(id, 300)
    const { attempts, status } = await look(id)
    expect(outcome).toEqual({ kind: 'unknown', hash: attempts[0]?.hash })
    expect(status).toBe('submitted')
    expect(attempts[0]?.answer).toBe('unknown')
    proxy.fault = () => 'forward'
    expect(await track(id)).toMatchObject({ status: 'included', attempts: [{ broadcasts: 1 }] })
    expect(await balance(to)).toBe(5n)
  })

  it('of bytes that never arrived: the same bytes go again', async () => {
    const { call, to } = transfer()
    proxy.fault = ({ method }) => (method === 'eth_sendRawTransaction' ? 'swallow' : 'forward')
    const id = await enqueue(call)
    await submitNow(ctx, id)
    expect(await awaitOutcome(id, 200)).toMatchObject({ kind: 'unknown' })
    proxy.fault = () => 'forward'
    await age(id, 7)
    await track(id)
    expect(await awaitOutcome(id, 3_000)).toMatchObject({ kind: 'included' })
    expect(new Set(sends().map(({ params }) => params[0])).size).toBe(1)
    expect(await balance(to)).toBe(5n)
  })

  it('of the whole chain before signing gives it back, without a nonce', async () => {
    const before = await nextNonce()
    proxy.fault = () => 'swallow'
    const id = await enqueue(transfer().call)
    await submitNow(ctx, id)
    expect(await look(id)).toMatchObject({ status: 'queued', nonce: null, attempts: [] })
    expect(await nextNonce()).toBe(before)
    proxy.fault = () => 'forward'
    await skipTime(id)
    expect(await submitDue(ctx, 1_000)).toBe(1)
    expect(await awaitOutcome(id, 3_000)).toMatchObject({ kind: 'included' })
  })
})

describe('drivers', () => {
  it('two of one transaction send one attempt', async () => {
    const { call, to } = transfer()
    const id = await enqueue(call)
    await skipTime(id)
    await Promise.all([submitNow(ctx, id), submitNow(ctx, id), submitDue(ctx, 100), submitNow(ctx, id)])
    await awaitOutcome(id, 3_000)
    expect((await look(id)).attempts).toHaveLength(1)
    expect(sends()).toHaveLength(1)
    expect(await balance(to)).toBe(5n)
  })

  it('one whose lease was taken over stores and sends nothing', async () => {
    const id = await enqueue(transfer().call)
    await skipTime(id)
    const slow = await claimOne(id, 'submit')
    await skipTime(id)
    await submitDue(ctx, 1_000)
    if (!slow) throw new Error('no lease')
    expect(await signAttempt(ctx, slow, await wanted())).toBe('lost')
    expect((await look(id)).attempts).toHaveLength(1)
  })

  it('dead between storing and sending: the stored bytes are sent later', async () => {
    const { call, to } = transfer()
    const id = await enqueue(call)
    await skipTime(id)
    const leased = await claimOne(id, 'submit')
    if (!leased) throw new Error('no lease')
    const signed = await signAttempt(ctx, leased, await wanted())
    if (typeof signed === 'string') throw new Error(signed)
    expect(await look(id)).toMatchObject({ status: 'signed', attempts: [{ hash: signed.hash, broadcasts: 0 }] })
    expect(sends()).toEqual([])
    await skipTime(id)
    await submitDue(ctx, 1_000)
    expect(sends().map(({ params }) => params[0])).toEqual([toHex(signed.raw)])
    expect(await awaitOutcome(id, 3_000)).toMatchObject({ kind: 'included', hash: signed.hash })
    expect(await balance(to)).toBe(5n)
  })

  it('dead between sending and writing it down: the inclusion is found', async () => {
    const { call, to } = transfer()
    const id = await enqueue(call)
    await skipTime(id)
    const leased = await claimOne(id, 'submit')
    if (!leased) throw new Error('no lease')
    const signed = await signAttempt(ctx, leased, await wanted())
    if (typeof signed === 'string') throw new Error(signed)
    await sendRaw(network, toHex(signed.raw))
    await skipTime(id)
    await submitDue(ctx, 1_000)
    expect((await look(id)).attempts[0]?.answer).toMatch(/known|nonce-too-low/)
    expect(await awaitOutcome(id, 3_000)).toMatchObject({ kind: 'included' })
    expect(await balance(to)).toBe(5n)
  })

  it('two of fifty transactions on one signer land all of them in order, without a gap', async () => {
    const first = await nextNonce()
    const queued = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const { call, to } = transfer(1n)
        return { id: await enqueue(call), to }
      }),
    )
    for (const { id } of queued) await skipTime(id)
    await Promise.all([submitDue(ctx, 20_000), submitDue(ctx, 20_000)])
    await Promise.all(queued.slice(0, 25).map(({ id }) => submitNow(ctx, id)))
    const outcomes = await Promise.all(queued.map(({ id }) => awaitOutcome(id, 10_000)))
    expect(outcomes.every(({ kind }) => kind === 'included')).toBe(true)
    expect(sends()).toHaveLength(50)
    const nonces = (await Promise.all(queued.map(({ id }) => look(id))))
      .map(({ nonce }) => Number(nonce))
      .sort((a, b) => a - b)
    expect(nonces).toEqual(Array.from({ length: 50 }, (_, index) => Number(first) + index))
    expect(await nextNonce()).toBe((first ?? 0n) + 50n)
    const balances = await Promise.all(queued.map(({ to }) => balance(to)))
    expect(new Set(balances)).toEqual(new Set([1n]))
  })
})

describe('a stuck call', () => {
  // Only the head of the lane is replaced: what earlier tests left in it is written down as included first.
  beforeEach(async () => {
    await db.execute(
      sql`UPDATE transaction SET due_at = now(), lease_until = NULL WHERE status IN ('signed', 'submitted')`,
    )
    await trackDue(ctx, 5_000)
  })

  /** Holds blocks back, so that what is sent stays in the pool. */
  const stopMining = () => evm.rpc('evm_setAutomine', [false])
  const setBaseFee = (wei: bigint) => evm.rpc('anvil_setNextBlockBaseFeePerGas', [toHex(wei)])

  it('is replaced with higher fees at the same nonce when the base fee jumps', async () => {
    const { call, to } = transfer()
    await stopMining()
    const id = await enqueue(call)
    await submitNow(ctx, id)
    const before = await look(id)
    const offered = parseTransaction(toHex(before.attempts[0]?.raw ?? new Uint8Array())).maxFeePerGas ?? 0n
    await setBaseFee(offered * 3n)
    await evm.rpc('evm_mine', [])
    await setBaseFee(offered * 3n)
    const after = await track(id)
    expect(after.attempts).toHaveLength(2)
    const [first, second] = after.attempts.map(({ raw }) => parseTransaction(toHex(raw)))
    expect(second?.nonce).toBe(first?.nonce)
    expect(second?.maxFeePerGas).toBeGreaterThan(offered * 3n)
    expect(second?.maxPriorityFeePerGas).toBeGreaterThanOrEqual(Fee.bump(first?.maxPriorityFeePerGas ?? 0n))
    expect(after.events).toContain('replaced')
    await evm.rpc('evm_mine', [])
    expect(await awaitOutcome(id, 3_000)).toMatchObject({ kind: 'included', hash: after.attempts[1]?.hash })
    expect(await balance(to)).toBe(5n)
    await setBaseFee(1_000_000_000n)
    await evm.rpc('evm_mine', [])
  })

  it('is sent again after three blocks and replaced after six, the head of the lane only', async () => {
    await stopMining()
    const head = await enqueue(transfer().call)
    await submitNow(ctx, head)
    const behind = await enqueue(transfer().call)
    await submitNow(ctx, behind)
    for (const id of [head, behind]) {
      await age(id, 7)
      expect((await track(id)).attempts).toMatchObject([{ broadcasts: 2, answer: 'known' }])
    }
    for (const id of [head, behind]) await age(id, 7)
    expect((await track(head)).attempts).toHaveLength(2)
    expect((await track(behind)).attempts).toHaveLength(1)
    await evm.rpc('evm_mine', [])
    expect(await awaitOutcome(head, 2_000)).toMatchObject({
      kind: 'included',
      hash: (await look(head)).attempts[1]?.hash,
    })
    expect(await awaitOutcome(behind, 2_000)).toMatchObject({ kind: 'included' })
  })

  it('dropped from the pool is sent again and lands', async () => {
    const { call, to } = transfer()
    await stopMining()
    const id = await enqueue(call)
    await submitNow(ctx, id)
    await evm.rpc('anvil_dropAllTransactions', [])
    await age(id, 7)
    await track(id)
    await evm.rpc('evm_mine', [])
    expect(await awaitOutcome(id, 2_000)).toMatchObject({ kind: 'included' })
    expect(await balance(to)).toBe(5n)
  })
})
