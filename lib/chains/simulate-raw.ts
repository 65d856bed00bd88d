import type { Hex } from 'viem'
import { Transaction } from 'viem/tempo'
import type { Caip2 } from '@/lib/money'
import { refusalOf } from './estimate-call'
import { readRpc } from './rpc'

/**
 * Why the only call of a payer's signed transaction would revert; undefined if it runs, or cannot be simulated alone.
 * @throws RpcError | TransportError if the chain cannot be read.
 */
export async function simulateRaw(network: Caip2, from: string, bytes: Hex): Promise<string | undefined> {
  const calls = callsOf(bytes)
  const [call] = calls
  // A later call may need an earlier one's effect, so only a single call can be simulated.
  if (!call?.to || calls.length > 1) return undefined
  try {
    await readRpc(network, 'eth_call', [{ from, to: call.to, data: call.data ?? '0x' }, 'latest'])
    return undefined
  } catch (error) {
    return refusalOf(error)
  }
}

function callsOf(bytes: Hex): readonly { to?: string | null | undefined; data?: Hex | undefined }[] {
  const decoded = Transaction.deserialize(bytes as Transaction.TransactionSerializedTempo)
  return 'calls' in decoded && decoded.calls ? decoded.calls : []
}
