import type { Caip2 } from '@/lib/money'
import { readRpc } from '../pool/read-rpc'

/**
 * The recent price of a compute unit for transactions that write these accounts: the median over the last blocks,
 * micro-lamports.
 */
export async function readUnitPrice(network: Caip2, writable: readonly string[]): Promise<bigint> {
  const fees = await readRpc<{ prioritizationFee: number }[]>(network, 'getRecentPrioritizationFees', [writable])
  const sorted = fees.map(({ prioritizationFee }) => prioritizationFee).toSorted((one, other) => one - other)
  return BigInt(sorted[Math.floor(sorted.length / 2)] ?? 0)
}
