import type { Hex } from 'viem'
import { Transaction } from 'viem/tempo'
import type { Caip2 } from '@/lib/money'
import { describeRevert } from './revert'
import { readRpc, RpcError } from './rpc'

/**
 * Why the only call of a payer's signed transaction would revert, or undefined when it runs or cannot be tried on its own.
 * @throws RpcError | TransportError when the chain cannot be read.
 */
export async function simulateRaw(network: Caip2, from: string, bytes: Hex): Promise<string | undefined> {
  const calls = callsOf(bytes)
  const [call] = calls
  // The second of several calls may need the effect of the first, so only a lone one can be tried.
  if (!call?.to || calls.length > 1) return undefined
  try {
    await readRpc(network, 'eth_call', [{ from, to: call.to, data: call.data ?? '0x' }, 'latest'])
    return undefined
  } catch (error) {
    if (error instanceof RpcError && (error.code === 3 || /revert/i.test(error.message))) return reasonOf(error)
    throw error
  }
}

function reasonOf({ message, data }: RpcError): string {
  return typeof data === 'string' && data.startsWith('0x') && data.length > 2 ? describeRevert(data as Hex) : message
}

function callsOf(bytes: Hex): readonly { to?: string | null | undefined; data?: Hex | undefined }[] {
  const decoded = Transaction.deserialize(bytes as Transaction.TransactionSerializedTempo)
  return 'calls' in decoded && decoded.calls ? decoded.calls : []
}
