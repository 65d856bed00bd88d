import type { Hex } from 'viem'
import { describeRevert, estimateCall, readRpc, RpcError, type CallMember } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import type * as Transaction from '../Transaction'

/** The failures of several calls, and the gas that all of them need together. */
export type CallsEstimate = { gas: bigint; failures: readonly Transaction.CallFailure[] }

type Answer = {
  calls: readonly {
    status: Hex
    gasUsed: Hex
    returnData: Hex
    error?: { message: string }
  }[]
}

// Gas that is refunded at the end (at most a fifth, EIP-3529) is needed until then.
const gasPercent = 130n
const estimatePercent = 110n
const methodNotFound = -32601

type CallRequest = { from: string } & CallMember

/**
 * Simulates each of several calls as a transaction of its own, on the latest block. `eth_call` with a list of calls
 * does not work: Tempo's nodes take it, but anvil silently ignores the list. Where the node knows eth_simulateV1, one
 * request does all. The gas of a call alone is never less than its gas within the list.
 * @throws TransportError if the chain cannot be read; RpcError if it cannot simulate.
 */
export async function simulateCalls({ network, signer, calls }: Transaction.Transaction): Promise<CallsEstimate> {
  const requests = (calls ?? []).map(({ to, data }) => ({ from: signer, to, data }))
  try {
    return await tryTogether(network, requests)
  } catch (error) {
    if (error instanceof RpcError && error.code === methodNotFound) return tryEach(network, requests)
    throw error
  }
}

async function tryTogether(network: Caip2, requests: readonly CallRequest[]): Promise<CallsEstimate> {
  const [block] = await readRpc<readonly Answer[]>(network, 'eth_simulateV1', [
    { blockStateCalls: [{ calls: requests }] },
    'latest',
  ])
  if (block?.calls.length !== requests.length) throw new RpcError(0, 'the node simulated another number of calls')
  const failures = block.calls.flatMap(({ status, returnData, error }, call) =>
    BigInt(status) === 1n ? [] : [{ call, reason: reasonOf(returnData, error?.message) }],
  )
  const used = block.calls.reduce((sum, { gasUsed }) => sum + BigInt(gasUsed), 0n)
  return { gas: (used * gasPercent) / 100n, failures }
}

async function tryEach(network: Caip2, requests: readonly CallRequest[]): Promise<CallsEstimate> {
  const estimates = await Promise.all(requests.map(({ from, ...call }) => estimateCall(network, from, call)))
  const failures = estimates.flatMap((one, call) => ('refusal' in one ? [{ call, reason: one.refusal }] : []))
  const gas = estimates.reduce((sum, one) => sum + ('gas' in one ? one.gas : 0n), 0n)
  return { gas: (gas * estimatePercent) / 100n, failures }
}

function reasonOf(returnData: Hex, message: string | undefined): string {
  return returnData === '0x' ? (message ?? 'execution reverted') : describeRevert(returnData)
}
