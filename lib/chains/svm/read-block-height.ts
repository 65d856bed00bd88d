import type { Caip2 } from '@/lib/money'
import { readRpc } from '../pool/read-rpc'

/** Height of the best endpoint's newest block. */
export async function readBlockHeight(network: Caip2): Promise<bigint> {
  return BigInt(await readRpc<number>(network, 'getBlockHeight', [{ commitment: 'processed' }]))
}
