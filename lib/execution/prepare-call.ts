import { numberToHex, type Hex } from 'viem'
import { readRpc, RpcError } from '@/lib/chains'
import { toHex } from './row'
import { simulateCalls } from './simulate-calls'
import type * as Transaction from './Transaction'

/** What a call needs before it can be signed, or why it cannot be. */
export type Prepared =
  | { kind: 'ready'; gas: bigint; simulation: Transaction.Simulation }
  | { kind: 'hold'; reason: string }
  /** It would revert, and nothing was ever signed: positive proof that it never ran. */
  | { kind: 'fail'; reason: string; simulation: Transaction.Simulation }

/** How long a simulation that the caller made counts. */
const freshMs = 3_000
const returnDataBytesMax = 256
const reasonLengthMax = 300

/**
 * Simulates a call at the latest block and estimates its gas. Reads only; says nothing of fees and funds.
 * @throws TransportError when the chain cannot be read: that says nothing about the call.
 */
export async function prepareCall(transaction: Transaction.Transaction): Promise<Prepared> {
  return transaction.calls ? prepareCalls(transaction, transaction.calls) : prepareOne(transaction)
}

async function prepareCalls(transaction: Transaction.Transaction, { length }: readonly unknown[]): Promise<Prepared> {
  const tried = await attempt(() => simulateCalls(transaction))
  if (tried instanceof RpcError) return { kind: 'hold', reason: `the node would not simulate: ${cut(tried.message)}` }
  const { failures } = tried
  const [first] = failures
  if (!first) return { kind: 'ready', gas: transaction.gasLimit ?? tried.gas, simulation: { ok: true } }
  const reason = `call ${first.call + 1} of ${length}: ${cut(first.reason)}`
  return { kind: 'fail', reason, simulation: { ok: false, reason, failures } }
}

async function prepareOne(transaction: Transaction.Transaction): Promise<Prepared> {
  const [{ held, ...simulation }, gas] = await Promise.all([
    simulate(transaction),
    attempt(() => estimateGas(transaction)),
  ])
  if (held) return { kind: 'hold', reason: held }
  if (!simulation.ok) return { kind: 'fail', reason: simulation.reason ?? 'the simulation reverted', simulation }
  if (gas instanceof RpcError) return { kind: 'hold', reason: `gas cannot be estimated: ${cut(gas.message)}` }
  return { kind: 'ready', gas, simulation }
}

type Simulated = Transaction.Simulation & { held?: string }

async function simulate(transaction: Transaction.Transaction): Promise<Simulated> {
  if (transaction.simulation?.ok && transaction.ageMs < freshMs) return { ok: true }
  const result = await attempt(() => readRpc<Hex>(transaction.network, 'eth_call', [request(transaction), 'latest']))
  if (!(result instanceof RpcError)) return { ok: true, returnData: result.slice(0, 2 + 2 * returnDataBytesMax) as Hex }
  const reason = cut(result.message)
  if (/insufficient funds/i.test(reason)) return { ok: false, held: reason }
  return isRevert(result) ? { ok: false, reason } : { ok: false, held: `the node would not simulate: ${reason}` }
}

async function estimateGas(transaction: Transaction.Transaction): Promise<bigint> {
  if (transaction.gasLimit !== null) return transaction.gasLimit
  const estimate = await readRpc<Hex>(transaction.network, 'eth_estimateGas', [request(transaction)])
  return (BigInt(estimate) * 12n) / 10n
}

/** The call as eth_call and eth_estimateGas take it. */
function request({ signer, to, data, value, gasLimit }: Transaction.Transaction): Record<string, string | null> {
  return {
    from: signer,
    to,
    data: data ? toHex(data) : '0x',
    ...(value > 0n && { value: numberToHex(value) }),
    ...(gasLimit !== null && { gas: numberToHex(gasLimit) }),
  }
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

function isRevert({ code, message }: RpcError): boolean {
  return code === 3 || /revert|invalid opcode|out of gas|stack (under|over)flow|outofgas|invalidfe/i.test(message)
}

function cut(text: string): string {
  return text.slice(0, reasonLengthMax)
}
