import { decodeFunctionResult, encodeFunctionData, numberToHex, type Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import * as BatchSettlement from './BatchSettlement'
import { readRpc } from './rpc'

/**
 * What the batch-settlement escrow has claimed for a receiver, and how much of it is paid out; zeros if there is no
 * escrow. By default at the newest block.
 * @throws RpcError | TransportError
 */
export async function readReceiver(
  network: Caip2,
  { receiver, token }: { receiver: Hex; token: Hex },
  block?: bigint,
): Promise<{ claimedBase: bigint; paidOutBase: bigint }> {
  const { abi, address: to } = BatchSettlement
  const functionName = 'receivers'
  const data = encodeFunctionData({ abi, functionName, args: [receiver, token] })
  const answer = await readRpc<Hex>(network, 'eth_call', [
    { to, data },
    block === undefined ? 'latest' : numberToHex(block),
  ])
  if (answer === '0x') return { claimedBase: 0n, paidOutBase: 0n }
  const [claimedBase, paidOutBase] = decodeFunctionResult({ abi, functionName, data: answer })
  return { claimedBase, paidOutBase }
}
