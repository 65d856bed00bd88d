import type { Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import type { CallMember } from './Call'
import { describeRevert } from './revert'
import { readRpc, RpcError } from './rpc'

/** Gas that a call takes on its own now, or why it would revert. */
export type Estimate = { gas: bigint } | { refusal: string }

/** @throws RpcError | TransportError when the chain cannot be read: that says nothing about the call. */
export async function estimateCall(network: Caip2, from: string, { to, data }: CallMember): Promise<Estimate> {
  try {
    return { gas: BigInt(await readRpc<Hex>(network, 'eth_estimateGas', [{ from, to, data }])) }
  } catch (error) {
    return { refusal: refusalOf(error) }
  }
}

/** What a node's error says about a call that reverted. @throws what says nothing about the call. */
export function refusalOf(error: unknown): string {
  if (!(error instanceof RpcError) || !(error.code === 3 || /revert/i.test(error.message))) throw error
  const { data, message } = error
  return typeof data === 'string' && data.length > 2 ? describeRevert(data as Hex) : message
}
