import type { Abi, Hex } from 'viem'
import { Chain, decodeRevert, readRpc, RpcError, type Log, type Revert } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import { decodeCall } from './decode-call'
import { readQueue, toRpc, type SignerQueue, type SimulationStep } from './read-queue'
import * as Simulation from './Simulation'
import { traceWrites, type StateOverrides } from './trace-writes'

/** Calls of one account. Value in wei. The ABI decodes the call and its revert. */
export type SimulationInput = {
  from: string
  calls: readonly [SimulatedCall, ...SimulatedCall[]]
  /** State overrides by address, as eth_simulateV1 takes them. */
  overrides?: StateOverrides
}

export type SimulatedCall = { to: Hex; data?: Hex; value?: bigint; gas?: bigint; abi?: Abi }

export type SimulationOptions = {
  /** Also report storage writes: one more request for each call. */
  withState?: boolean
  /** Which of the account's pending transactions run first: all, those below a nonce, or none. Default all. */
  queue?: { beforeNonce: bigint } | 'all' | 'none'
}

type Block = { number: Hex; parentHash: Hex; calls: readonly Result[] }
type Result = {
  status: Hex
  gasUsed: Hex
  returnData: Hex
  logs?: readonly Pick<Log, 'address' | 'topics' | 'data'>[]
  error?: { message: string }
}

const methodNotFound = -32601
const invalidParams = -32602
const returnDataBytesMax = 256
const reasonLengthMax = 300
const nowhere = /^0x0*$/

/** Networks whose node does not support validation in a simulation. */
const plainOnly = new Set<Caip2>()

/**
 * Simulates calls on the latest block, after the account's own queue, in order, each on the state after the ones
 * before. One result per call, up to the first failure. Without eth_simulateV1 it uses eth_call, which can only try one
 * call. Reads only.
 * @throws TransportError if the chain cannot be read; RpcError if the node cannot simulate. Neither says anything about
 * the calls.
 */
export async function simulateCallsInOrder(
  network: Caip2,
  input: SimulationInput,
  options: SimulationOptions = {},
): Promise<Simulation.Simulation[]> {
  const steps = input.calls.map(({ to, data = '0x', value = 0n, gas }) => ({ to, data, value, gas }))
  const queue = await queueFor(network, input.from, options)
  const all = { from: input.from, steps: [...queue.steps, ...steps], overrides: input.overrides, block: queue.block }
  try {
    const [block, written] = await Promise.all([
      simulate(network, all),
      options.withState ? traceWrites(network, all) : undefined,
    ])
    const first = queue.steps.length
    const simulations = input.calls.flatMap((call, at) => {
      const result = block.calls[first + at]
      if (!result) return []
      const state = written?.[first + at]
      return [{ ...read(result, call), ...builtOn(block), predecessors: queue.transactions, ...(state && { state }) }]
    })
    return untilFailure(simulations)
  } catch (error) {
    if (!(error instanceof RpcError)) throw error
    if (isFunds(error)) return withoutFunds(network, input, options, error)
    return [await callOnce(network, input, queue, error)]
  }
}

function queueFor(network: Caip2, from: string, { queue = 'all' }: SimulationOptions): Promise<SignerQueue> {
  if (queue === 'none') return Promise.resolve({ steps: [], transactions: 0, block: 'latest' })
  return readQueue(network, from, queue === 'all' ? null : queue.beforeNonce)
}

type Run = {
  from: string
  steps: readonly SimulationStep[]
  overrides?: StateOverrides | undefined
  block: Hex | 'latest'
}

/**
 * With a base fee of zero where the request is validated: prices are read elsewhere, and with a fee the account would
 * need a whole block's gas.
 */
async function simulate(network: Caip2, run: Run): Promise<Block> {
  // Tempo has no native coin to trace, and takes fees in tokens.
  if (Chain.get(network).family === 'tempo') return request(network, run, {})
  const plain = { traceTransfers: true } as const
  if (plainOnly.has(network)) return request(network, run, plain)
  try {
    return await request(network, run, { ...plain, validation: true })
  } catch (error) {
    if (!(error instanceof RpcError) || error.code === methodNotFound || isFunds(error)) throw error
    const block = await request(network, run, plain)
    if (error.code === invalidParams) plainOnly.add(network)
    return block
  }
}

async function request(
  network: Caip2,
  { from, steps, overrides, block }: Run,
  more: { traceTransfers?: true; validation?: true },
): Promise<Block> {
  const state = {
    ...(overrides && { stateOverrides: overrides }),
    ...(more.validation && { blockOverrides: { baseFeePerGas: '0x0' } }),
  }
  const calls = steps.map((step) => toRpc(from, step))
  const [simulated] = await readRpc<readonly Block[]>(network, 'eth_simulateV1', [
    { blockStateCalls: [{ ...state, calls }], ...more },
    block,
  ])
  if (simulated?.calls.length !== steps.length) throw new RpcError(0, 'the node simulated another number of calls')
  return simulated
}

/**
 * The block that the simulation ran on. geth simulates a child block and names its parent; anvil names no parent and
 * keeps the number.
 */
function builtOn({ number, parentHash }: Block): Pick<Simulation.Simulation, 'blockNumber' | 'blockHash'> {
  if (nowhere.test(parentHash)) return { blockNumber: BigInt(number).toString() }
  return { blockNumber: (BigInt(number) - 1n).toString(), blockHash: parentHash }
}

function read(result: Result, call: SimulatedCall): Simulation.Simulation {
  const ok = BigInt(result.status) === 1n
  const all = Simulation.transfersOf(result.logs ?? []).filter(
    ({ asset, amount }) => asset !== 'native' || amount !== '0',
  )
  const effects = { ok, transfers: all, changes: Simulation.changesOf(all) }
  return {
    ...effects,
    method: 'eth_simulateV1',
    gasUsed: BigInt(result.gasUsed).toString(),
    transfers: all.slice(0, Simulation.transfersMax),
    changes: effects.changes.slice(0, Simulation.transfersMax),
    digest: Simulation.digestOf(effects),
    ...described(call),
    ...(ok ? returned(result.returnData) : refused(result.returnData, call, result.error?.message)),
  }
}

function described({ data = '0x', abi }: SimulatedCall): Pick<Simulation.Simulation, 'call'> {
  const call = decodeCall(data, abi)
  return call ? { call } : {}
}

function returned(data: Hex): Pick<Simulation.Simulation, 'returnData'> {
  return data === '0x' ? {} : { returnData: data.slice(0, 2 + 2 * returnDataBytesMax) as Hex }
}

function refused(
  data: Hex,
  { abi }: SimulatedCall,
  message = 'execution reverted',
): Pick<Simulation.Simulation, 'reason' | 'revert' | 'returnData'> {
  const revert: Revert = data === '0x' ? { by: 'unknown', message } : decodeRevert(data, abi)
  return { reason: revert.message.slice(0, reasonLengthMax), revert, ...returned(data) }
}

function untilFailure(simulations: Simulation.Simulation[]): Simulation.Simulation[] {
  const failed = simulations.findIndex(({ ok }) => !ok)
  return failed === -1 ? simulations : simulations.slice(0, failed + 1)
}

/** A call whose value exceeds the balance fails the whole request without naming the call. */
async function withoutFunds(
  network: Caip2,
  input: SimulationInput,
  options: SimulationOptions,
  { message }: RpcError,
): Promise<Simulation.Simulation[]> {
  const [first, ...rest] = input.calls
  const fewer = rest.slice(0, -1)
  const before =
    rest.length === 0 ? [] : await simulateCallsInOrder(network, { ...input, calls: [first, ...fewer] }, options)
  if (before.some(({ ok }) => !ok)) return before
  const call = input.calls[before.length] ?? first
  const failed = { ok: false, method: 'eth_simulateV1', reason: message.slice(0, reasonLengthMax) } as const
  return [...before, { ...failed, ...described(call), digest: Simulation.digestOf(failed) }]
}

/** @throws RpcError if eth_call cannot answer either. */
async function callOnce(
  network: Caip2,
  { from, calls: [call, ...more], overrides }: SimulationInput,
  queue: SignerQueue,
  refusal: RpcError,
): Promise<Simulation.Simulation> {
  if (more.length > 0) throw refusal
  const { to, data = '0x', value = 0n, gas } = call
  const about = { method: 'eth_call', ...described(call) } as const
  try {
    const params = [toRpc(from, { to, data, value, gas }), 'latest', ...(overrides ? [overrides] : [])]
    return { ok: true, ...about, ...returned(await readRpc<Hex>(network, 'eth_call', params)) }
  } catch (error) {
    if (!(error instanceof RpcError)) throw error
    if (isFunds(error)) return { ok: false, ...about, reason: error.message.slice(0, reasonLengthMax) }
    if (!isRevert(error)) throw error
    if (queue.transactions > 0)
      throw new RpcError(0, `it reverts now, and the node cannot run what its signer sent before: ${error.message}`)
    return { ok: false, ...about, ...refused(dataOf(error), call, error.message) }
  }
}

function dataOf({ data }: RpcError): Hex {
  return typeof data === 'string' && data.startsWith('0x') ? (data as Hex) : '0x'
}

/** True if the account lacks the call's value: that is temporary and not the call's fault. */
export function isFunds({ message }: { message: string }): boolean {
  return /insufficient funds/i.test(message)
}

function isRevert({ code, message }: RpcError): boolean {
  return code === 3 || /revert|invalid opcode|out of gas|stack (under|over)flow|outofgas|invalidfe/i.test(message)
}
