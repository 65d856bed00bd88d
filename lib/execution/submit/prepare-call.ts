import type { Hex } from 'viem'
import { readRpc, RpcError } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import { readMarket } from '../networks/read-market'
import { toRpc } from '../simulate/read-queue'
import { toHex } from '../bytes'
import { simulateCalls } from '../simulate/simulate-calls'
import { isFunds, simulateCallsInOrder } from '../simulate/simulate-in-order'
import * as Simulation from '../simulate/Simulation'
import type * as Transaction from '../Transaction'

/** What a call needs for signing, or why it cannot be signed. */
export type PreparedCall =
  | { kind: 'ready'; gas: bigint; simulation: Simulation.Simulation }
  | { kind: 'hold'; reason: string }
  /** It would revert, and nothing was ever signed: proof that it never ran. */
  | { kind: 'fail'; reason: string; simulation: Simulation.Simulation }

/** How long a caller's simulation counts. */
const freshMs = 3_000
const reasonLengthMax = 300
const gasLimitAgeMaxMs = 60_000
/** Most gas of one transaction by EIP-7825. Headroom alone must not exceed it. */
const transactionGasMax = 2n ** 24n

/**
 * Simulates a call on the latest block and estimates its gas. A call whose outcome differs from the accepted one is
 * held until they agree. Reads only; ignores fees and funds.
 * @throws TransportError if the chain cannot be read: that says nothing about the call.
 */
export async function prepareCall(transaction: Transaction.Transaction): Promise<PreparedCall> {
  return transaction.calls ? prepareCalls(transaction, transaction.calls) : prepareOne(transaction)
}

async function prepareCalls(
  transaction: Transaction.Transaction,
  { length }: readonly unknown[],
): Promise<PreparedCall> {
  const tried = await attempt(() => simulateCalls(transaction))
  if (tried instanceof RpcError) return { kind: 'hold', reason: `the node would not simulate: ${cut(tried.message)}` }
  const { failures } = tried
  const [first] = failures
  if (!first) return { kind: 'ready', gas: transaction.gasLimit ?? tried.gas, simulation: { ok: true } }
  const reason = `call ${first.call + 1} of ${length}: ${cut(first.reason)}`
  return { kind: 'fail', reason, simulation: { ok: false, reason, failures } }
}

async function prepareOne(transaction: Transaction.Transaction): Promise<PreparedCall> {
  const simulation = await attempt(() => simulate(transaction))
  if (simulation instanceof RpcError)
    return { kind: 'hold', reason: `the node would not simulate: ${cut(simulation.message)}` }
  const { ok, reason = 'the simulation reverted' } = simulation
  if (!ok && isFunds({ message: reason })) return { kind: 'hold', reason }
  const { accepted } = transaction
  if (!ok)
    return { kind: 'fail', reason: accepted?.ok ? `${reason} (it succeeded when it was accepted)` : reason, simulation }
  const drift = accepted ? driftBetween(accepted, simulation) : []
  if (drift.length > 0) return { kind: 'hold', reason: cut(`drift: ${drift.join('; ')}`) }
  const gas = transaction.gasLimit ?? (await attempt(() => gasFor(transaction, simulation)))
  if (gas instanceof RpcError) return { kind: 'hold', reason: `gas cannot be estimated: ${cut(gas.message)}` }
  return { kind: 'ready', gas, simulation }
}

/** The caller's simulation counts while it is fresh; an accepted one also requires that there is no newer block. */
async function simulate(transaction: Transaction.Transaction): Promise<Simulation.Simulation> {
  const { network, signer, to, data, value, gasLimit, nonce, purpose, accepted, ageMs } = transaction
  const isFresh = ageMs < freshMs
  if (transaction.simulation?.ok && isFresh) return { ok: true }
  if (accepted?.ok && accepted.blockNumber !== undefined && isFresh) {
    const { blockNumber } = await readMarket(network)
    if (BigInt(accepted.blockNumber) >= blockNumber) return accepted
  }
  // Settlements and refunds move money that no other transaction moves: they do not depend on the queue.
  const queue = purpose !== 'execution' ? 'none' : nonce === null ? 'all' : { beforeNonce: nonce }
  const call = { to: to as Hex, data: dataOf(data), value, ...(gasLimit !== null && { gas: gasLimit }) }
  const [simulation] = await simulateCallsInOrder(network, { from: signer, calls: [call] }, { queue })
  if (!simulation) throw new RpcError(0, 'the node simulated no call')
  return simulation
}

/** Differences from the accepted simulation. Less gas is fine: a call after others often needs less. */
function driftBetween(accepted: Simulation.Simulation, now: Simulation.Simulation): string[] {
  const [expected, found] = [Simulation.effectsOf(accepted), Simulation.effectsOf(now)]
  if (!expected || !found) return []
  const { gasUsed: most = 0n } = expected
  const isLess = found.gasUsed !== undefined && found.gasUsed < most
  return Simulation.differences(expected, isLess ? { ...found, gasUsed: most } : found)
}

/**
 * The simulated gas plus headroom, because gas refunded at the end (at most a fifth, EIP-3529) and what a call must
 * leave to its caller are needed until then. Without a simulation the node estimates.
 */
async function gasFor(transaction: Transaction.Transaction, { gasUsed }: Simulation.Simulation): Promise<bigint> {
  const { network, signer, to, data, value } = transaction
  const limit = await blockGasLimit(network)
  if (gasUsed !== undefined) return bounded(BigInt(gasUsed), 15n, 10n, limit)
  const call = toRpc(signer, { to: to as Hex, data: dataOf(data), value })
  return bounded(BigInt(await readRpc<Hex>(network, 'eth_estimateGas', [call])), 12n, 10n, limit)
}

function bounded(gas: bigint, numerator: bigint, denominator: bigint, limit: bigint): bigint {
  const wished = (gas * numerator) / denominator
  const most = gas < transactionGasMax && transactionGasMax < limit ? transactionGasMax : limit
  return wished < most ? wished : most > gas ? most : gas
}

const gasLimits = new Map<Caip2, { atMs: number; limit: Promise<bigint> }>()

/** A block's gas limit. It hardly ever changes. */
function blockGasLimit(network: Caip2): Promise<bigint> {
  const known = gasLimits.get(network)
  if (known && performance.now() - known.atMs < gasLimitAgeMaxMs) return known.limit
  const limit = readRpc<{ gasLimit: Hex }>(network, 'eth_getBlockByNumber', ['latest', false]).then((block) =>
    BigInt(block.gasLimit),
  )
  gasLimits.set(network, { atMs: performance.now(), limit })
  limit.catch(() => gasLimits.delete(network))
  return limit
}

function dataOf(data: Uint8Array | null): Hex {
  return data ? toHex(data) : '0x'
}

/** Returns a node's own error as a value; throws if there is no answer. */
async function attempt<Result>(work: () => Promise<Result>): Promise<Result | RpcError> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof RpcError) return error
    throw error
  }
}

function cut(text: string): string {
  return text.slice(0, reasonLengthMax)
}
