import type { Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import * as Erc20 from './Erc20'
import * as Permit2 from './Permit2'
import { readRpc } from './rpc'
import { toUint } from './word'

/**
 * True if Permit2's allowance covers the permitted amount. @throws RpcError | TransportError if the chain cannot be
 * read.
 */
export async function hasAllowance(
  network: Caip2,
  { from, token, value }: Permit2.Permit2Authorization,
): Promise<boolean> {
  const call = { to: token, data: Erc20.allowanceData(from, Permit2.address) }
  return toUint(await readRpc<Hex>(network, 'eth_call', [call, 'latest'])) >= BigInt(value)
}
