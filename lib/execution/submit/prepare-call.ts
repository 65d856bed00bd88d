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

/** What a call needs before it can be signed, or why it cannot be. */
export type PreparedCall =
  | { kind: 'ready'; gas: bigint; simulation: Simulation.Simulation }
  | { kind: 'hold'; reason: string }
  /** It would revert, and nothing was ever signed: positive proof that it never ran. */
  | { kind: 'fail'; reason: string; simulation: Simulation.Simulation }

/** How long a simulation that the caller made counts. */
const freshMs = 3_000
const reasonLengthMax = 300
const gasLimitAgeMaxMs = 60_000
/** Most gas that one transaction may have by EIP-7825; headroom alone must not lead above it. */
const transactionGasMax = 2n ** 24n

/**
 * Simulates a call at the latest block and estimates its gas. A call that was accepted with another outcome than it has now is
 * held until the outcome is the accepted one again. Reads only; says nothing of fees and funds.
 * @throws TransportError when the chain cannot be read: that says nothing about the call.
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

/** What the caller saw counts while it is new; an accepted simulation only as long as there is no newer block, too. */
async function simulate(transaction: Transaction.Transaction): Promise<Simulation.Simulation> {
  const { network, signer, to, data, value, gasLimit, nonce, purpose, accepted, ageMs } = transaction
  const isFresh = ageMs < freshMs
  if (transaction.simulation?.ok && isFresh) return { ok: true }
  if (accepted?.ok && accepted.blockNumber !== undefined && isFresh) {
    const { blockNumber } = await readMarket(network)
    if (BigInt(accepted.blockNumber) >= blockNumber) return accepted
  }
  // What settles and refunds moves what nobody else moves: it needs nothing that waits before it.
  const queue = purpose !== 'execution' ? 'none' : nonce === null ? 'all' : { beforeNonce: nonce }
  const call = { to: to as Hex, data: dataOf(data), value, ...(gasLimit !== null && { gas: gasLimit }) }
  const [simulation] = await simulateCallsInOrder(network, { from: signer, calls: [call] }, { queue })
  if (!simulation) throw new RpcError(0, 'the node simulated no call')
  return simulation
}

/** What is otherwise than accepted. Less gas is no harm: a call after others often needs less. */
function driftBetween(accepted: Simulation.Simulation, now: Simulation.Simulation): string[] {
  const [expected, found] = [Simulation.effectsOf(accepted), Simulation.effectsOf(now)]
  if (!expected || !found) return []
  const { gasUsed: most = 0n } = expected
  const isLess = found.gasUsed !== undefined && found.gasUsed < most
  return Simulation.differences(expected, isLess ? { ...found, gasUsed: most } : found)
}

/**
 * Gas with its headroom, by the simulation, which ran behind what waits before the call: gas that is given back at the end (at most a
 * fifth, EIP-3529) and what a call must leave to its caller are needed until then. A node that cannot simulate estimates.
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

/** Gas that a block holds. It hardly ever changes. */
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

/** A node's own error as a value; a missing answer is thrown on. */
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
