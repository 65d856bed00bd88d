import { bytesToHex, toHex, type Address } from 'viem'
import { Transaction } from 'viem/tempo'
import { describe, expect, it } from 'vitest'
import { Erc20, type Call, type CallMember } from '@/lib/chains'
import { tokenBalance } from '@/sandbox/evm'
import { pathUsd, tempoNetwork } from '@/sandbox/tempo'
import {
  setUpExecution,
  age,
  ctx,
  enqueue,
  look,
  network,
  skipTime,
  tempo,
  tempoProxy,
  track,
} from '@/sandbox/testing/execution-harness'
import { awaitOutcome, submitDue, submitNow } from '../index'

setUpExecution()

let recipient = 0

function transfers(...amounts: readonly [bigint, ...bigint[]]): { call: Call; to: Address[] } {
  const made = amounts.map((amountBase) => {
    const to = toHex(0xcafe_0000 + ++recipient, { size: 20 })
    return { to, member: { to: pathUsd, data: Erc20.transferData(to, amountBase) } }
  })
  const calls = made.map(({ member }) => member) as [CallMember, ...CallMember[]]
  return {
    call: { kind: 'calls', network: tempoNetwork, purpose: 'settlement', calls },
    to: made.map(({ to }) => to),
  }
}

const balances = (accounts: readonly Address[]) => Promise.all(accounts.map((of) => tokenBalance(tempo, pathUsd, of)))
const tooMuch = 10n ** 30n

/** A node that answers this to a simulation of two calls. */
const answerSimulation = (answer: { error: { code: number; message: string } } | { result: unknown }) => {
  tempoProxy.fault = ({ method }) => (method === 'eth_simulateV1' ? answer : 'forward')
}
const fine = { status: '0x1', gasUsed: '0xf4240', returnData: '0x' }

describe('several calls', () => {
  it('run as one transaction on the ordinary nonce, and become final', async () => {
    const { call, to } = transfers(3n, 4n)
    const id = await enqueue(call)
    await submitNow(ctx, id)
    const outcome = await awaitOutcome(id, 5_000)
    expect(outcome.kind).toBe('included')
    expect(await balances(to)).toEqual([3n, 4n])
    const { attempts, nonce } = await look(id)
    const sent = Transaction.z_TxEnvelopeTempo.deserialize(bytesToHex(attempts[0]!.raw) as `0x76${string}`)
    expect(sent.calls).toHaveLength(2)
    expect([sent.nonce, sent.nonceKey ?? 0n, sent.validBefore]).toEqual([nonce, 0n, undefined])
    let row = await track(id)
    for (let tries = 0; row.status !== 'final' && tries < 500; tries++) {
      await tempo.rpc('evm_mine', [])
      row = await track(id)
    }
    expect(row.status).toBe('final')
  })

  it('are taken up from their row by another process', async () => {
    const { call, to } = transfers(5n, 6n, 7n)
    const id = await enqueue(call)
    await skipTime(id)
    await submitDue(ctx, 1_000)
    expect(await awaitOutcome(id, 5_000)).toMatchObject({ kind: 'included' })
    expect(await balances(to)).toEqual([5n, 6n, 7n])
  })

  it('fail without a nonce when some would revert, and these are named', async () => {
    const { call, to } = transfers(5n, tooMuch, 6n, tooMuch)
    const id = await enqueue(call)
    await submitNow(ctx, id)
    expect(await awaitOutcome(id, 2_000)).toEqual({
      kind: 'failed',
      reason: expect.stringMatching(/call 2 of 4: InsufficientBalance/) as string,
      failures: [1, 3].map((at) => ({ call: at, reason: expect.stringContaining('InsufficientBalance') as string })),
      asOf: expect.any(BigInt) as bigint,
    })
    expect(await look(id)).toMatchObject({ status: 'failed', nonce: null, attempts: [] })
    expect(await balances(to)).toEqual([0n, 0n, 0n, 0n])
  })

  it('are tried one by one where the node knows no eth_simulateV1', async () => {
    answerSimulation({ error: { code: -32601, message: 'Method not found' } })
    const { call, to } = transfers(5n, 6n)
    const id = await enqueue(call)
    await submitNow(ctx, id)
    expect(await awaitOutcome(id, 5_000)).toMatchObject({ kind: 'included' })
    expect(await balances(to)).toEqual([5n, 6n])
    const bad = await enqueue(transfers(5n, tooMuch).call)
    await submitNow(ctx, bad)
    expect(await awaitOutcome(bad, 2_000)).toMatchObject({ kind: 'failed', failures: [{ call: 1 }] })
  })

  it('are held while the node would not simulate', async () => {
    answerSimulation({ error: { code: -32000, message: 'too many calls' } })
    const id = await enqueue(transfers(5n, 6n).call)
    await submitNow(ctx, id)
    expect(await look(id)).toMatchObject({ status: 'held', nonce: null })
    tempoProxy.fault = () => 'forward'
    await skipTime(id)
    await submitDue(ctx, 1_000)
    expect(await awaitOutcome(id, 5_000)).toMatchObject({ kind: 'included' })
  })

  it('move nothing when one of them reverts on chain', async () => {
    answerSimulation({ result: [{ calls: [fine, fine] }] })
    const { call, to } = transfers(5n, tooMuch)
    const id = await enqueue(call)
    await submitNow(ctx, id)
    expect(await awaitOutcome(id, 5_000)).toMatchObject({
      kind: 'reverted',
      reason: expect.stringContaining('InsufficientBalance') as string,
    })
    expect(await balances(to)).toEqual([0n, 0n])
  })

  it('are replaced at the same nonce with higher fees, and run once', async () => {
    tempoProxy.fault = ({ method }) => (method === 'eth_sendRawTransaction' ? 'swallow' : 'forward')
    const { call, to } = transfers(8n, 9n)
    const id = await enqueue(call)
    await submitNow(ctx, id)
    await age(id, 10)
    tempoProxy.fault = () => 'forward'
    await track(id)
    expect(await awaitOutcome(id, 5_000)).toMatchObject({ kind: 'included' })
    const { attempts, events } = await look(id)
    expect(events).toContain('replaced')
    const [first, second] = attempts.map(({ raw }) =>
      Transaction.z_TxEnvelopeTempo.deserialize(bytesToHex(raw) as `0x76${string}`),
    )
    expect(second).toMatchObject({ nonce: first!.nonce, calls: first!.calls })
    expect(second!.maxFeePerGas! * 1000n).toBeGreaterThanOrEqual(first!.maxFeePerGas! * 1125n)
    expect(await balances(to)).toEqual([8n, 9n])
  })

  it('are refused for a chain that has no such transaction', async () => {
    await expect(enqueue({ ...transfers(1n).call, network } as Call)).rejects.toThrow(/holds one call/)
  })
})
