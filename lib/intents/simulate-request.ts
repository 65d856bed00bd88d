import type { Address, Hex } from 'viem'
import { decodeRevert, readRpc, RpcError, TransportError } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import type { Transaction } from '@/lib/execution'
import type { Request } from './Request'

/**
 * What each call of a request would do, one after the other on the state of the latest block. Reads only.
 * @throws AppError unavailable when the chain cannot be reached or would not simulate.
 */
export async function simulateRequest(request: Request, from: Address): Promise<Transaction.Simulation[]> {
  try {
    return await Promise.all(
      request.calls.map(async ({ to, data, valueWei, abi }) => {
        try {
          const call = { from, to, data, ...(valueWei > 0n && { value: `0x${valueWei.toString(16)}` }) }
          return { ok: true, returnData: await readRpc<Hex>(request.network, 'eth_call', [call, 'latest']) }
        } catch (error) {
          if (!(error instanceof RpcError)) throw error
          const revert = decodeRevert(typeof error.data === 'string' ? (error.data as Hex) : '0x', abi)
          return { ok: false, reason: revert.message }
        }
      }),
    )
  } catch (error) {
    if (error instanceof TransportError || error instanceof RpcError) throw unreachable(request.network, error)
    throw error
  }
}

function unreachable(network: string, cause: Error): AppError {
  const message = `${network} cannot be reached at the moment, so the transaction could not be simulated. Nothing was sent.`
  return new AppError('unavailable', message, { cause, headers: { 'Retry-After': '2' } })
}
