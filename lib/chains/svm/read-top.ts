import type { Caip2 } from '@/lib/money'
import { TransportError } from '../pool/call-rpc'
import { askAll, isLone } from './ask-all'
import { type SvmHead } from './SvmAnswer'

/**
 * The highest block and slot of any endpoint: a message signed before now can name no later one, however far some
 * endpoints lag.
 * @throws RpcError | TransportError if too few answer.
 */
export async function readTop(network: Caip2): Promise<{ height: bigint; slot: bigint }> {
  const heads = await askAll<SvmHead>(network, 'getEpochInfo', [{ commitment: 'processed' }])
  if (heads.length < (isLone(network) ? 1 : 2)) throw new TransportError(`too few endpoints of ${network} answer`)
  const top = (numbers: readonly number[]) => BigInt(Math.max(...numbers))
  return { height: top(heads.map((head) => head.blockHeight)), slot: top(heads.map((head) => head.absoluteSlot)) }
}
