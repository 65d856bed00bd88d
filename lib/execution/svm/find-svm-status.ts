import { Svm } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'

/** The status of the first attempt that the cluster knows. @throws RpcError | TransportError */
export async function findSvmStatus(
  network: Caip2,
  hashes: readonly string[],
): Promise<{ hash: string; status: Svm.SignatureStatus } | undefined> {
  const statuses = await Svm.readStatuses(network, hashes)
  const at = statuses.findIndex((status) => status !== undefined)
  const [hash, status] = [hashes[at], statuses[at]]
  return hash !== undefined && status ? { hash, status } : undefined
}
