import type { Caip2 } from '@/lib/money'
import { readRpc } from '../pool/read-rpc'
import { type SignatureStatus, type InContext, type StatusAnswer, toStatus } from './SvmAnswer'

/**
 * The status of each signature, in order; undefined for an unknown one. At most 256. @throws RpcError | TransportError
 */
export async function readStatuses(
  network: Caip2,
  signatures: readonly string[],
): Promise<(SignatureStatus | undefined)[]> {
  const params = [signatures, { searchTransactionHistory: true }]
  const { value } = await readRpc<InContext<StatusAnswer[]>>(network, 'getSignatureStatuses', params)
  return value.map((answer) => (answer ? toStatus(answer) : undefined))
}
