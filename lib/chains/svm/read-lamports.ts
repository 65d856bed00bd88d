import type { Caip2 } from '@/lib/money'
import { readRpc } from '../pool/read-rpc'
import { type InContext } from './SvmAnswer'

/** The balance of an address, lamports. */
export async function readLamports(network: Caip2, address: string): Promise<bigint> {
  const { value } = await readRpc<InContext<number>>(network, 'getBalance', [address, { commitment: 'confirmed' }])
  return BigInt(value)
}
