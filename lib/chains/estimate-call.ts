import type { Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import type { CallMember } from './Call'
import { describeRevert } from './revert'
import { readRpc, RpcError } from './rpc'

/** The gas of a call alone, or why it would revert. */
export type Estimate = { gas: bigint } | { refusal: string }

/** @throws RpcError | TransportError if the chain cannot be read: that says nothing about the call. */
export async function estimateCall(network: Caip2, from: string, { to, data }: CallMember): Promise<Estimate> {
  try {
    return { gas: BigInt(await readRpc<Hex>(network, 'eth_estimateGas', [{ from, to, data }])) }
  } catch (error) {
    return { refusal: refusalOf(error) }
  }
}

/** Why a call reverted, from a node's error. @throws the error itself if it says nothing about the call. */
export function refusalOf(error: unknown): string {
  if (!(error instanceof RpcError) || !(error.code === 3 || /revert/i.test(error.message))) throw error
  const { data, message } = error
  return typeof data === 'string' && data.length > 2 ? describeRevert(data as Hex) : message
}
