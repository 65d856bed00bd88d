import type { Caip2 } from '@/lib/money'
import { askAll, isLone } from './ask-all'
import { type ListedSignature, isSince } from './SvmAnswer'

/** Most that nodes list. */
const pageMax = 1_000

const pagesMax = 20

/**
 * Signatures of every transaction since a time that names an account, up to a finalized slot, as listed by all
 * endpoints that answer: two at least, or the only one. Undefined if too few answer, one has pruned blocks since
 * `firstSlot`, or there are more than can be read.
 */
export async function readFinalSignatures(
  network: Caip2,
  account: string,
  { sinceMs, firstSlot, lastSlot: minContextSlot }: { sinceMs: number; firstSlot: bigint; lastSlot: number },
): Promise<string[] | undefined> {
  // A node started from a snapshot silently lists nothing older.
  const kept = await askAll<number>(network, 'getFirstAvailableBlock', [])
  if (kept.length < (isLone(network) ? 1 : 2) || kept.some((first) => BigInt(first) > firstSlot)) return undefined
  const found = new Set<string>()
  let before: string | undefined
  for (let page = 0; page < pagesMax; page++) {
    const config = { limit: pageMax, commitment: 'finalized', minContextSlot, ...(before !== undefined && { before }) }
    const lists = await askAll<ListedSignature[]>(network, 'getSignaturesForAddress', [account, config])
    if (lists.length < (isLone(network) ? 1 : 2)) return undefined
    // A node that does not know the last signature of the previous page may return an empty list.
    if (before !== undefined && lists.some((list) => list.length === 0)) return undefined
    for (const list of lists) for (const one of list) if (isSince(one, sinceMs)) found.add(one.signature)
    const oldest = lists
      .map((list) => (list.length < pageMax ? undefined : list.at(-1)))
      .filter((one) => one !== undefined)
    const unfinished = oldest.filter((one) => isSince(one, sinceMs))
    if (unfinished.length === 0) return [...found]
    // The newest of the lists' ends: no list skips an entry that it has not returned yet.
    before = unfinished.toSorted((one, other) => (other.blockTime ?? 0) - (one.blockTime ?? 0))[0]?.signature
  }
  return undefined
}
