import { keccak256, parseTransaction, toBytes, toHex, type Address, type Hex } from 'viem'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createCtx } from '../ctx'
import { Erc20, sendRaw, signerFor, type Call } from '@/lib/chains'
import { db, endHeartbeat, sql, withTransaction } from '@/lib/db'
import { tokenBalance, usdc } from '@/sandbox/evm'
import { fundPathUsd, pathUsd, tempoNetwork } from '@/sandbox/tempo'
import { startChainProxy, type ChainProxy } from '@/sandbox/testing/chain-proxy'
import { chains } from '@/sandbox/testing/chains'
import { payer, tempoTransaction } from '@/sandbox/testing/credentials'
import * as Fee from './Fee'
import { awaitOutcome, enqueueTransaction, ensureSigners, submitDue, submitNow, trackDue } from './index'
import { claimOne } from './lease'
import { readFresh } from './read-market'
import { signAttempt } from './sign-attempt'

const network = 'eip155:84532'
const ctx = createCtx({ kind: 'system', id: 'test' })
const { evm, tempo } = chains()
let proxy: ChainProxy

beforeAll(async () => {
  proxy = await startChainProxy(evm.url)
  process.env.NETWORKS = JSON.stringify({
    [network]: { rpcUrls: [proxy.url] },
    [tempoNetwork]: { rpcUrls: [tempo.url] },
  })
  await ensureSigners(ctx)
})
beforeEach(() => {
  proxy.calls.length = 0
})
afterEach(async () => {
  proxy.fault = () => 'forward'
  await evm.rpc('evm_setAutomine', [true])
})
afterAll(async () => {
  await endHeartbeat()
  await proxy.stop()
})

let recipient = 0

/** A transfer of our own tokens to an account of its own, so that its balance counts how often it ran. */
function transfer(amountBase = 5n, purpose: 'settlement' | 'refund' = 'settlement'): { call: Call; to: Address } {
  const to = toHex(0xabcd_0000 + ++recipient, { size: 20 })
  const data = Erc20.transferData(to, amountBase)
  return { to, call: { kind: 'call', network, purpose, to: usdc, data, value: 0n } }
}

const enqueue = async (call: Call) => (await withTransaction((tx) => enqueueTransaction(tx, ctx, call))).id

type Row = {
  status: string
  nonce: bigint | null
  hash: Hex | null
  error: string | null
  heldReason: string | null
  epoch: number
  attempts: { hash: Hex; raw: Buffer; seq: number; answer: string | null; broadcasts: number }[]
  events: string[]
}

async function look(id: string): Promise<Row> {
  const [row] = await db.query<Omit<Row, 'attempts' | 'events'>>(
    sql`SELECT status, nonce, hash, error, held_reason AS "heldReason", epoch FROM transaction WHERE id = ${id}::uuid`,
  )
  if (!row) throw new Error('no such transaction')
  const attempts = await db.query<Row['attempts'][number]>(
    sql`SELECT hash, raw, seq, answer, broadcasts FROM attempt WHERE transaction_id = ${id}::uuid ORDER BY seq`,
  )
  const events = await db.query<{ type: string }>(
    sql`SELECT type FROM audit_event WHERE transaction_id = ${id}::uuid ORDER BY seq`,
  )
  return { ...row, attempts, events: events.map(({ type }) => type.replace('transaction.', '')) }
}

/** Lets every lease and delay run out, as time would. */
const skipTime = (id: string) =>
  db.execute(sql`UPDATE transaction SET lease_until = now() - interval '1 s', due_at = now() WHERE id = ${id}::uuid`)

/** Lets attempts age by this many seconds. */
const age = (id: string, seconds: number) =>
  db.execute(sql`
    UPDATE attempt SET signed_at = signed_at - make_interval(secs => ${seconds}),
      last_broadcast_at = last_broadcast_at - make_interval(secs => ${seconds})
    WHERE transaction_id = ${id}::uuid`)

async function track(id: string): Promise<Row> {
  await skipTime(id)
  await trackDue(ctx, 2_000)
  return look(id)
}

async function trackUntil(id: string, status: string): Promise<Row> {
  for (let tries = 0; tries < 40; tries++) {
    const row = await track(id)
    if (row.status === status) return row
    await evm.rpc('evm_mine', [])
  }
  throw new Error(`${id} is ${(await look(id)).status}, not ${status}`)
}

const sends = () => proxy.calls.filter(({ method }) => method === 'eth_sendRawTransaction')
const balance = (to: Address) => tokenBalance(evm, usdc, to)
const nextNonce = async () => {
  const [row] = await db.query<{ next: bigint }>(
    sql`SELECT next_nonce AS next FROM signer WHERE network = ${network} AND purpose = 'settlement'`,
  )
  return row?.next
}

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
    expect(await awaitOutcome(id, 0)).toEqual(outcome)
  })

  it('takes few statements and calls', async () => {
    await enqueue(transfer().call).then((id) => submitNow(ctx, id))
    proxy.calls.length = 0
    const id = await enqueue({ ...transfer().call, gasLimit: 100_000n } as Call)
    await submitNow(ctx, id)
    await awaitOutcome(id, 5_000)
    const methods = proxy.calls.map(({ method }) => method)
    expect(methods.filter((method) => method === 'eth_sendRawTransaction')).toHaveLength(1)
    expect(methods.length).toBeLessThanOrEqual(5)
  })

  it('fails without a nonce when its simulation reverts', async () => {
    const before = await nextNonce()
    const id = await enqueue(transfer(10n ** 30n).call)
    await submitNow(ctx, id)
    const outcome = await awaitOutcome(id, 2_000)
    expect(outcome).toEqual({ kind: 'failed', reason: expect.stringContaining('exceeds balance') as string })
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
    expect(await awaitOutcome(id, 0)).toEqual(outcome)
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
    const offer = { fee: Fee.first(await readFresh(network)), gas: 100_000n }
    expect(await signAttempt(ctx, slow, offer)).toBeUndefined()
    expect((await look(id)).attempts).toHaveLength(1)
  })

  it('dead between storing and sending: the stored bytes are sent later', async () => {
    const { call, to } = transfer()
    const id = await enqueue(call)
    await skipTime(id)
    const leased = await claimOne(id, 'submit')
    if (!leased) throw new Error('no lease')
    const signed = await signAttempt(ctx, leased, { fee: Fee.first(await readFresh(network)), gas: 100_000n })
    expect(await look(id)).toMatchObject({ status: 'signed', attempts: [{ hash: signed?.hash, broadcasts: 0 }] })
    expect(sends()).toEqual([])
    await skipTime(id)
    await submitDue(ctx, 1_000)
    expect(sends().map(({ params }) => params[0])).toEqual([toHex(signed?.raw ?? new Uint8Array())])
    expect(await awaitOutcome(id, 3_000)).toMatchObject({ kind: 'included', hash: signed?.hash })
    expect(await balance(to)).toBe(5n)
  })

  it('dead between sending and writing it down: the inclusion is found', async () => {
    const { call, to } = transfer()
    const id = await enqueue(call)
    await skipTime(id)
    const leased = await claimOne(id, 'submit')
    if (!leased) throw new Error('no lease')
    const signed = await signAttempt(ctx, leased, { fee: Fee.first(await readFresh(network)), gas: 100_000n })
    await sendRaw(network, toHex(signed?.raw ?? new Uint8Array()))
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

describe('a reorganisation', () => {
  it('takes a transaction back, and its stored bytes are included again', async () => {
    const { call, to } = transfer()
    const id = await enqueue(call)
    await submitNow(ctx, id)
    expect(await awaitOutcome(id, 3_000)).toMatchObject({ kind: 'included' })
    const before = await look(id)
    await evm.rpc('anvil_reorg', [1, []])
    expect(await balance(to)).toBe(0n)
    const after = await trackUntil(id, 'final')
    expect(after.hash).toBe(before.hash)
    expect(after.attempts).toHaveLength(1)
    expect(after.events.filter((type) => type === 'included' || type === 'reorged')).toEqual([
      'included',
      'reorged',
      'included',
    ])
    expect(await balance(to)).toBe(5n)
  })

  it('is not believed of a node that merely lost a receipt', async () => {
    const id = await enqueue(transfer().call)
    await submitNow(ctx, id)
    await awaitOutcome(id, 3_000)
    proxy.fault = ({ method }) => (method === 'eth_getTransactionReceipt' ? { result: null } : 'forward')
    expect((await track(id)).events).not.toContain('reorged')
  })
})

describe('a signer', () => {
  const address = () => signerFor(network, 'settlement')?.address ?? ''
  const setBalance = (wei: bigint) => evm.rpc('anvil_setBalance', [address(), toHex(wei)])

  it('without gas money holds its transaction, burns no nonce, and goes on when it is funded', async () => {
    const before = await nextNonce()
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    await setBalance(1n)
    const { call, to } = transfer()
    const id = await enqueue(call)
    await submitNow(ctx, id)
    expect(await look(id)).toMatchObject({ status: 'held', nonce: null, attempts: [] })
    expect((await look(id)).heldReason).toMatch(/ETH more for gas|[Ii]nsufficient funds/)
    expect(await nextNonce()).toBe(before)
    await setBalance(10n ** 20n)
    await skipTime(id)
    await submitDue(ctx, 1_000)
    expect(await awaitOutcome(id, 3_000)).toMatchObject({ kind: 'included' })
    expect((await look(id)).heldReason).toBeNull()
    expect(await balance(to)).toBe(5n)
  })

  it('whose key was used elsewhere: failed by proof, and the lane goes on', async () => {
    const nonce = await nextNonce()
    const signer = signerFor(network, 'settlement')
    const market = await readFresh(network)
    const foreign = signer?.signTransaction({
      nonce: nonce ?? 0n,
      to: usdc,
      data: toBytes(Erc20.transferData(toHex(1n, { size: 20 }), 1n)),
      value: 0n,
      gas: 100_000n,
      maxFeePerGas: market.nextBaseFeePerGas * 3n,
      maxPriorityFeePerGas: market.nextBaseFeePerGas,
    })
    await sendRaw(network, toHex(foreign?.raw ?? new Uint8Array()))
    const { call, to } = transfer()
    const id = await enqueue(call)
    await submitNow(ctx, id)
    expect((await look(id)).attempts[0]?.answer).toBe('nonce-too-low')
    expect(await awaitOutcome(id, 100)).toMatchObject({ kind: 'unknown' })
    expect((await trackUntil(id, 'failed')).error).toContain('foreign')
    expect(await balance(to)).toBe(0n)
    const next = transfer()
    const nextId = await enqueue(next.call)
    await submitNow(ctx, nextId)
    expect(await awaitOutcome(nextId, 3_000)).toMatchObject({ kind: 'included' })
  })
})

describe('on Tempo', () => {
  it('our own token transfer lands as a type-2 transaction', async () => {
    const to = toHex(0xabcd_ffffn, { size: 20 })
    const data = Erc20.transferData(to, 9n)
    const id = await enqueue({ kind: 'call', network: tempoNetwork, purpose: 'refund', to: pathUsd, data, value: 0n })
    await submitNow(ctx, id)
    expect(await look(id)).toMatchObject({ error: null, heldReason: null })
    expect(await awaitOutcome(id, 5_000)).toMatchObject({ kind: 'included' })
    expect(await tokenBalance(tempo, pathUsd, to)).toBe(9n)
  })

  it('refuses to lose what reverts', async () => {
    const data = Erc20.transferData(toHex(1n, { size: 20 }), 10n ** 30n)
    const id = await enqueue({ kind: 'call', network: tempoNetwork, purpose: 'refund', to: pathUsd, data, value: 0n })
    await submitNow(ctx, id)
    expect(await look(id)).toMatchObject({ status: 'failed', nonce: null })
  })
})

describe('a payer’s own transaction', () => {
  const now = async () =>
    Number((await tempo.rpc<{ timestamp: Hex }>('eth_getBlockByNumber', ['latest', false])).timestamp)

  async function sign(to: Address, validBefore: number): Promise<Extract<Call, { kind: 'raw' }>> {
    const bytes = await tempoTransaction(undefined, {
      transfer: { to, amount: 4n },
      envelope: { validBefore, gas: 1_000_000n, maxFeePerGas: 50_000_000_000n },
    })
    const from = payer.address
    const hash = keccak256(bytes)
    return {
      kind: 'raw',
      network: tempoNetwork,
      purpose: 'settlement',
      from,
      bytes,
      hash,
      expiresAtMs: validBefore * 1000,
    }
  }

  beforeAll(() => fundPathUsd(tempo, payer.address, 1_000_000n))

  it('is sent as it is and lands', async () => {
    const to = toHex(0xabcd_eeeen, { size: 20 })
    const call = await sign(to, (await now()) + 20)
    const id = await enqueue(call)
    expect(await look(id)).toMatchObject({ status: 'signed', nonce: null, attempts: [{ hash: call.hash }] })
    await submitNow(ctx, id)
    expect(await awaitOutcome(id, 5_000)).toMatchObject({ kind: 'included', hash: call.hash })
    expect(await tokenBalance(tempo, pathUsd, to)).toBe(4n)
    await expect(enqueue(call)).rejects.toThrow(/duplicate key/)
  })

  it('expires only when a final block is past its validity', async () => {
    const call = await sign(toHex(0xabcd_dddd, { size: 20 }), (await now()) + 4)
    // Somebody lost it on the way: the node never gets it.
    const id = await enqueue({ ...call, bytes: '0x76c0' })
    await submitNow(ctx, id)
    expect(await awaitOutcome(id, 100)).toMatchObject({ kind: 'unknown' })
    expect((await track(id)).status).toBe('submitted')
    await new Promise((resolve) => setTimeout(resolve, 8_500))
    expect(await track(id)).toMatchObject({ status: 'expired' })
    expect(await awaitOutcome(id, 0)).toMatchObject({ kind: 'failed' })
  })
})
