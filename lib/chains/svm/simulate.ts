import type { Caip2 } from '@/lib/money'
import { readRpc } from '../pool/read-rpc'
import { type SvmSimulation, type InContext } from './SvmAnswer'

/**
 * Simulates the transaction on the newest state, without its signatures. @param isStale true replaces its blockhash.
 */
export async function simulate(network: Caip2, bytes: Uint8Array, isStale = false): Promise<SvmSimulation> {
  const config = {
    encoding: 'base64',
    commitment: 'processed',
    sigVerify: false,
    ...(isStale && { replaceRecentBlockhash: true }),
  }
  const params = [Buffer.from(bytes).toString('base64'), config]
  return (await readRpc<InContext<SvmSimulation>>(network, 'simulateTransaction', params)).value
}
