import type { Caip2 } from '@/lib/money'
import { readRpc } from '../pool/read-rpc'

/** Of the newest block that the best endpoint has. */
export async function readBlockHeight(network: Caip2): Promise<bigint> {
  return BigInt(await readRpc<number>(network, 'getBlockHeight', [{ commitment: 'processed' }]))
}
