import type { Address } from 'viem'
import { RpcError, TransportError } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import { simulateCallsInOrder, type Simulation } from '@/lib/execution'
import type { ExecutionRequest } from './ExecutionRequest'

/**
 * Simulates each call of a request in order, on the state of the latest block plus the signer's pending transactions,
 * up to the first that would revert. Reads only.
 * @throws AppError unavailable if the chain cannot be reached or gives no result.
 */
export async function simulateRequest(
  { network, calls: [first, ...rest] }: ExecutionRequest,
  from: Address,
): Promise<Simulation.Simulation[]> {
  const toCall = ({ to, data, valueWei, abi }: typeof first) => ({ to, data, value: valueWei, abi })
  try {
    const input = { from, calls: [toCall(first), ...rest.map(toCall)] } as const
    return await simulateCallsInOrder(network, input, { withState: true })
  } catch (error) {
    if (!(error instanceof TransportError || error instanceof RpcError)) throw error
    const why =
      error instanceof RpcError ? `would not simulate it: ${error.message}` : 'cannot be reached at the moment'
    throw new AppError('unavailable', `${network} ${why}. Nothing was signed or sent.`, {
      cause: error,
      headers: { 'Retry-After': '2' },
    })
  }
}
