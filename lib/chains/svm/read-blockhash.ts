import type { Caip2 } from '@/lib/money'
import { readRpc } from '../pool/read-rpc'
import { type InContext } from './SvmAnswer'

/** A new blockhash, and the last height at which it is valid. */
export async function readBlockhash(network: Caip2): Promise<{ blockhash: string; lastValidBlockHeight: bigint }> {
  const { value } = await readRpc<InContext<{ blockhash: string; lastValidBlockHeight: number }>>(
    network,
    'getLatestBlockhash',
    [{ commitment: 'confirmed' }],
  )
  return { blockhash: value.blockhash, lastValidBlockHeight: BigInt(value.lastValidBlockHeight) }
}
