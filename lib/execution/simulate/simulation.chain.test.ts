import { encodeFunctionData, numberToHex, pad, parseAbi, toHex, type Address, type Hex } from 'viem'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Erc20, signersFor, type Call } from '@/lib/chains'
import { db, sql, withTransaction } from '@/lib/db'
import { faucet } from '@/sandbox/anvil'
import { fundGas, fundUsdc, tokenAbi, usdc } from '@/sandbox/evm'
import { fundPathUsd, pathUsd, tempoNetwork } from '@/sandbox/tempo'
import {
  setUpExecution,
  age,
  balance,
  ctx,
  evm,
  look,
  network,
  proxy,
  skipTime,
  tempo,
  track,
} from '@/sandbox/testing/execution-harness'
import { awaitOutcome, enqueueTransaction, simulateCallsInOrder, submitDue, submitNow, type Simulation } from '../index'

setUpExecution()

const abi = parseAbi([
  'function approve(address spender, uint256 value)',
  'function transferFrom(address from, address to, uint256 value)',
  'error TooSoon(uint256 now, uint256 then)',
])
const owner = faucet.toLowerCase() as Address
const merchantId = '00000000-0000-4000-8000-000000000001'
let from: Address

let accounts = 0
const account = (): Address => toHex(0xd00d_0000 + ++accounts, { size: 20 })
const transfer = (to: Address, amountBase: bigint) => ({ to: usdc, data: Erc20.transferData(to, amountBase) })
const approve = (value: bigint) => ({
  to: usdc,
  data: encodeFunctionData({ abi, functionName: 'approve', args: [owner, value] }),
})
const transferFrom = (to: Address, value: bigint) => ({
  to: usdc,
  data: encodeFunctionData({ abi, functionName: 'transferFrom', args: [owner, to, value] }),
})

/** A contract that reports to have moved as much as its first slot says. */
const teller = '0x7e11e40000000000000000000000000000000001'
const tellerCode = `0x600054600052${[pad('0xbb'), pad('0xaa'), Erc20.transferTopic].map((topic) => `7f${topic.slice(2)}`).join('')}60206000a300`
const tell = (amountBase: bigint) =>
  evm.rpc('anvil_setStorageAt', [teller, '0x0', numberToHex(amountBase, { size: 32 })])

/** The node does not know, or does not take, a request. */
const refuse = (isRefused: (params: readonly unknown[]) => boolean, code: number, message: string) => {
  proxy.fault = ({ method, params }) =>
    method === 'eth_simulateV1' && isRefused(params) ? { error: { code, message } } : 'forward'
}
const swallowSends = () => {
  proxy.fault = ({ method }) => (method === 'eth_sendRawTransaction' ? 'swallow' : 'forward')
}

beforeAll(async () => {
  // Not before the rig has said where the chains are.
  from = signersFor(network, 'execution')[0]?.address.toLowerCase() as Address
  await fundUsdc(evm, owner, 1_000n)
  await fundGas(evm, from, 10n ** 18n)
  await fundPathUsd(tempo, owner, 1_000n)
  await evm.rpc('anvil_setCode', [teller, tellerCode])
})

describe('a simulation', () => {
  it('reads the call, what moves, what is written and what it takes', async () => {
    const to = account()
    const [simulation] = await simulateCallsInOrder(
      network,
      { from: owner, calls: [transfer(to, 7n)] },
      { withState: true },
    )
    expect(simulation).toMatchObject({
      ok: true,
      method: 'eth_simulateV1',
      call: { by: 'known', name: 'transfer', args: [{ name: 'to' }, { name: 'amount', value: '7' }] },
      transfers: [{ asset: usdc.toLowerCase(), from: owner, to, amount: '7' }],
      changes: [
        { account: owner, amount: '-7' },
        { account: to, amount: '7' },
      ],
      predecessors: 0,
      digest: expect.stringMatching(/^0x[0-9a-f]{64}$/) as string,
    })
    expect(Number(simulation?.gasUsed)).toBeGreaterThan(21_000)
    expect(Number(simulation?.blockNumber)).toBeGreaterThan(0)
    expect(simulation?.state?.map(({ account: at }) => at)).toEqual([usdc.toLowerCase(), usdc.toLowerCase()])
    expect(simulation?.state).toContainEqual(
      expect.objectContaining({ before: numberToHex(0n, { size: 32 }), after: numberToHex(7n, { size: 32 }) }),
    )
  })

  it('tells of the native asset, and of TIP-20 tokens', async () => {
    const to = account()
    const [native] = await simulateCallsInOrder(network, { from: owner, calls: [{ to, value: 9n }] })
    expect(native?.transfers).toEqual([{ asset: 'native', from: owner, to, amount: '9' }])
    const call = { to: pathUsd, data: Erc20.transferData(to, 4n) }
    const [tip20] = await simulateCallsInOrder(tempoNetwork, { from: owner, calls: [call] })
    expect(tip20?.transfers).toEqual([{ asset: pathUsd.toLowerCase(), from: owner, to, amount: '4' }])
  })

  it('of several calls lets each see what those before it did, and ends at the first that fails', async () => {
    const [to, other] = [account(), account()]
    const asked = { from: owner, calls: [approve(5n), transferFrom(to, 3n), transferFrom(other, 2n)] } as const
    const all = await simulateCallsInOrder(network, asked, { withState: true })
    expect(all.map(({ ok }) => ok)).toEqual([true, true, true])
    expect(all[2]?.transfers).toEqual([{ asset: usdc.toLowerCase(), from: owner, to: other, amount: '2' }])
    const allowances = all.map(({ state }) => state?.at(-1)?.after).filter((value) => value !== undefined)
    expect(allowances).toHaveLength(3)
    const few = await simulateCallsInOrder(network, {
      from: owner,
      calls: [approve(5n), transferFrom(to, 6n), transferFrom(to, 1n)],
    })
    expect(few.map(({ ok }) => ok)).toEqual([true, false])
    expect(few[1]?.reason).toMatch(/allowance/)
  })

  it('may replace state, and reads a custom error by the ABI of the call', async () => {
    // Reverts with the selector of TooSoon and two words of zero.
    const code: Hex = '0x63b1b9b6ee60e01b60005260446000fd'
    const to = account()
    const asked = { from: owner, calls: [{ to, abi }] as const, overrides: { [to]: { code } } }
    const [simulation] = await simulateCallsInOrder(network, asked)
    expect(simulation).toMatchObject({ ok: false, transfers: [], reason: 'TooSoon(0, 0)', revert: { by: 'abi' } })
  })

  it('names the call that the account cannot pay for', async () => {
    const poor = account()
    const calls = [approve(1n), { to: owner, value: 5n }, approve(2n)] as const
    const simulations = await simulateCallsInOrder(network, { from: poor, calls })
    expect(simulations.map(({ ok }) => ok)).toEqual([true, false])
    expect(simulations[1]?.reason).toMatch(/insufficient funds/i)
  })

  it('goes without validation where the node refuses it, and by eth_call where it cannot simulate', async () => {
    const to = account()
    const asked = { from: owner, calls: [transfer(to, 7n)] as const }
    refuse(([asked]) => (asked as { validation?: true }).validation === true, -32000, 'no validation here')
    expect(await simulateCallsInOrder(network, asked)).toMatchObject([{ method: 'eth_simulateV1', transfers: [{}] }])
    refuse(() => true, -32601, 'Method not found')
    const [called] = await simulateCallsInOrder(network, asked)
    expect(called).toMatchObject({ ok: true, method: 'eth_call', call: { name: 'transfer' } })
    expect(called?.transfers).toBeUndefined()
    expect(await simulateCallsInOrder(network, { from: owner, calls: [transfer(to, 10n ** 30n)] })).toMatchObject([
      {
        ok: false,
        method: 'eth_call',
        revert: { by: 'standard', message: expect.stringMatching(/exceeds/) as string },
      },
    ])
    // The second needs the first, and one eth_call runs one.
    await expect(simulateCallsInOrder(network, { from: owner, calls: [approve(1n), approve(2n)] })).rejects.toThrow(
      'Method not found',
    )
  })
})

const enqueue = async ({ to, data }: { to: Address; data: Hex }, accepted?: Simulation.Simulation) => {
  const call: Call = { kind: 'call', network, purpose: 'execution', signer: from, to, data, value: 0n }
  const origin = { merchantId, ...(accepted && { accepted }) }
  const { id } = await withTransaction((tx) => enqueueTransaction(tx, ctx, call, origin))
  // So old that nothing that was seen when it was asked for counts as fresh.
  await db.execute(sql`UPDATE transaction SET created_at = created_at - interval '1 minute' WHERE id = ${id}::uuid`)
  await skipTime(id)
  return id
}

async function retried(id: string) {
  await skipTime(id)
  await submitDue(ctx, 5_000)
  return look(id)
}

describe('a queue', () => {
  const mint = (value: bigint) => ({
    to: usdc,
    data: encodeFunctionData({ abi: tokenAbi, functionName: 'mint', args: [from, value] }),
  })

  it('of the same signer is run first, and the call is signed with gas for that', async () => {
    const to = account()
    const all = (await balance(from)) + 50n
    swallowSends()
    const first = await enqueue(mint(50n))
    expect((await retried(first)).status).toBe('submitted')
    const asked = { from, calls: [transfer(to, all)] as const }
    expect(await simulateCallsInOrder(network, asked, { queue: 'none' })).toMatchObject([{ ok: false }])
    expect(await simulateCallsInOrder(network, asked)).toMatchObject([{ ok: true, predecessors: 1 }])
    const second = await enqueue(transfer(to, all))
    expect((await retried(second)).status).toBe('submitted')
    const { nonce } = await look(first)
    const queue = { beforeNonce: nonce ?? 0n }
    expect(await simulateCallsInOrder(network, asked, { queue })).toMatchObject([{ ok: false, predecessors: 0 }])
    proxy.fault = () => 'forward'
    await landed(first)
    await landed(second)
    expect(await driftOf(second)).toEqual({ matched: true, differences: [] })
    // The chain has them, whatever the row still says.
    await db.execute(sql`UPDATE transaction SET status = 'submitted' WHERE id = ${first}::uuid`)
    expect(await simulateCallsInOrder(network, { from, calls: [approve(1n)] })).toMatchObject([{ predecessors: 0 }])
    await db.execute(sql`UPDATE transaction SET status = 'included' WHERE id = ${first}::uuid`)
  })

  it('that the node cannot run makes a revert no proof: the call is held', async () => {
    const to = account()
    const all = (await balance(from)) + 60n
    swallowSends()
    const first = await enqueue(mint(60n))
    await retried(first)
    const second = await enqueue(transfer(to, all))
    proxy.fault = ({ method }) =>
      method === 'eth_sendRawTransaction'
        ? 'swallow'
        : method === 'eth_simulateV1'
          ? { error: { code: -32601, message: 'Method not found' } }
          : 'forward'
    expect(await retried(second)).toMatchObject({ status: 'held', nonce: null })
    proxy.fault = () => 'forward'
    await landed(first)
    await retried(second)
    await landed(second)
  })
})

async function landed(id: string) {
  // Bytes that were swallowed are sent again after a while.
  await age(id, 10)
  await track(id)
  expect(await awaitOutcome(id, 10_000)).toMatchObject({ kind: 'included' })
}

async function driftOf(id: string) {
  const [row] = await db.query<{ drift: unknown }>(sql`SELECT drift FROM transaction WHERE id = ${id}::uuid`)
  return row?.drift
}

describe('drift', () => {
  const call = { to: teller, data: '0x' } as const
  const simulate = async () => (await simulateCallsInOrder(network, { from, calls: [call] }))[0]

  it('between acceptance and signing holds the call, which goes on when its outcome is the accepted one again', async () => {
    await tell(5n)
    const id = await enqueue(call, await simulate())
    await tell(6n)
    const held = await retried(id)
    expect(held).toMatchObject({ status: 'held', nonce: null })
    expect(held.heldReason).toMatch(/^drift: .*: 6 instead of 5/)
    expect((await retried(id)).events.filter((type) => type === 'held')).toHaveLength(1)
    await tell(5n)
    await retried(id)
    await landed(id)
    expect(await driftOf(id)).toEqual({ matched: true, differences: [] })
  })

  it('into a revert fails the call before it has a nonce', async () => {
    const to = account()
    const id = await enqueue(transfer(to, 10n ** 30n), {
      ok: true,
      method: 'eth_simulateV1',
      gasUsed: '50000',
      transfers: [],
    })
    expect(await retried(id)).toMatchObject({
      status: 'failed',
      nonce: null,
      error: expect.stringMatching(/exceeds balance \(it succeeded when it was accepted\)/) as string,
    })
  })

  it('between simulation and block is written down with the inclusion', async () => {
    await tell(5n)
    swallowSends()
    const id = await enqueue(call, await simulate())
    expect((await retried(id)).status).toBe('submitted')
    await tell(8n)
    proxy.fault = () => 'forward'
    await landed(id)
    const differences = [expect.stringMatching(/: 8 instead of 5$/) as string]
    expect(await driftOf(id)).toEqual({ matched: false, differences })
    const [event] = await db.query<{ data: unknown }>(sql`
      SELECT data FROM audit_event WHERE transaction_id = ${id}::uuid AND type = 'transaction.included'`)
    expect(event?.data).toMatchObject({ drift: { matched: false, differences } })
  })
})

describe('what was just seen', () => {
  afterEach(() => tell(5n))

  it('is not simulated again before there is a newer block', async () => {
    await tell(5n)
    const accepted = (await simulateCallsInOrder(network, { from, calls: [{ to: teller }] }))[0]
    const newest = { ...accepted, ok: true, blockNumber: '1000000000' }
    const made: Call = { kind: 'call', network, purpose: 'execution', signer: from, to: teller, data: '0x', value: 0n }
    const { id } = await withTransaction((tx) => enqueueTransaction(tx, ctx, made, { merchantId, accepted: newest }))
    proxy.calls.length = 0
    await submitNow(ctx, id)
    expect(proxy.calls.map(({ method }) => method)).not.toContain('eth_simulateV1')
    await landed(id)
  })
})
