import type { Caip2 } from '@/lib/money'
import { readRpc } from '../pool/read-rpc'
import { type ListedSignature, isSince } from './SvmAnswer'

/**
 * Signatures of the newest transactions since a time that name an account, newest first. @throws RpcError |
 * TransportError
 */
export async function readSignatures(
  network: Caip2,
  account: string,
  sinceMs: number,
  limit: number,
): Promise<string[]> {
  const config = { limit, commitment: 'confirmed' }
  const listed = await readRpc<ListedSignature[]>(network, 'getSignaturesForAddress', [account, config])
  return listed.filter((one) => isSince(one, sinceMs)).map(({ signature }) => signature)
}
