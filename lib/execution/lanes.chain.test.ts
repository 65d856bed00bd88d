import { keccak256, toBytes, toHex, type Address, type Hex } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { Erc20, sendRaw, signerFor, type Call } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { tokenBalance, usdc } from '@/sandbox/evm'
import { fundPathUsd, pathUsd, tempoNetwork } from '@/sandbox/tempo'
import { payer, tempoTransaction } from '@/sandbox/testing/credential-fixture'
import { awaitOutcome, repairLanes, submitDue, submitNow } from './index'
import { readFreshMarket } from './networks/read-fresh-market'
import {
  setUpExecution,
  ctx,
  evm,
  tempo,
  proxy,
  transfer,
  enqueue,
  look,
  skipTime,
  track,
  trackUntil,
  balance,
  nextNonce,
  network,
} from '@/sandbox/testing/execution-harness'

setUpExecution()

describe('a reorganisation', () => {
  it('takes a transaction back, and its stored bytes are included again', async () => {
    // The chain also makes blocks by its own clock: deep enough for one that came in between, above the setup's.
    await evm.rpc('anvil_mine', ['0x4'])
    const { call, to } = transfer()
    const id = await enqueue(call)
    await submitNow(ctx, id)
    expect(await awaitOutcome(id, 3_000)).toMatchObject({ kind: 'included' })
    const before = await look(id)
    await evm.rpc('anvil_reorg', [3, []])
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
    // A balance counts for three blocks.
    await new Promise((resolve) => setTimeout(resolve, 6_100))
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

  it('with slots without a transaction fills them, so that what waits behind them runs', async () => {
    await db.execute(sql`
      UPDATE signer SET next_nonce = next_nonce + 2 WHERE network = ${network} AND purpose = 'settlement'`)
    const { call, to } = transfer()
    const id = await enqueue(call)
    await submitNow(ctx, id)
    expect(await awaitOutcome(id, 300)).toMatchObject({ kind: 'unknown' })
    expect(await repairLanes(ctx)).toBe(2)
    await submitDue(ctx, 2_000)
    expect(await repairLanes(ctx)).toBe(0)
    expect(await trackUntil(id, 'final')).toMatchObject({ attempts: [{ seq: 1 }] })
    expect(await balance(to)).toBe(5n)
  })

  it('whose key was used elsewhere: failed by proof, and the lane goes on', async () => {
    const nonce = await nextNonce()
    const signer = signerFor(network, 'settlement')
    const market = await readFreshMarket(network)
    const foreign = await signer?.signTransaction({
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
  it('our own token transfer lands, from an account that holds tokens only', async () => {
    const to = toHex(0xabcd_ffffn, { size: 20 })
    const data = Erc20.transferData(to, 9n)
    const wallet = signerFor(tempoNetwork, 'refund')?.address
    await tempo.rpc('anvil_setBalance', [wallet, '0x0'])
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
    // Lost on the way: the node never gets it.
    const id = await enqueue({ ...call, bytes: '0x76c0' })
    await submitNow(ctx, id)
    expect(await awaitOutcome(id, 100)).toMatchObject({ kind: 'unknown' })
    expect((await track(id)).status).toBe('submitted')
    await new Promise((resolve) => setTimeout(resolve, 8_500))
    expect(await track(id)).toMatchObject({ status: 'expired' })
    expect(await awaitOutcome(id, 0)).toMatchObject({ kind: 'failed' })
  })
})
