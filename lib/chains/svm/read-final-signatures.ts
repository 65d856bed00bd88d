import type { Caip2 } from '@/lib/money'
import { askAll, isLone } from './ask-all'
import { type ListedSignature, isSince } from './SvmAnswer'

/** What nodes list at most. */
const pageMax = 1_000

const pagesMax = 20

/**
 * Signatures of every transaction since a time that names an account, up to a finalized slot at least, as everyone who is asked
 * lists them: two endpoints, or the only one. Undefined when too few can tell, one has forgotten what was since `firstSlot`, or there
 * are more than can be read.
 */
export async function readFinalSignatures(
  network: Caip2,
  account: string,
  { sinceMs, firstSlot, lastSlot: minContextSlot }: { sinceMs: number; firstSlot: bigint; lastSlot: number },
): Promise<string[] | undefined> {
  // A node that was started from a snapshot lists nothing from before, and does not say so.
  const kept = await askAll<number>(network, 'getFirstAvailableBlock', [])
  if (kept.length < (isLone(network) ? 1 : 2) || kept.some((first) => BigInt(first) > firstSlot)) return undefined
  const found = new Set<string>()
  let before: string | undefined
  for (let page = 0; page < pagesMax; page++) {
    const config = { limit: pageMax, commitment: 'finalized', minContextSlot, ...(before !== undefined && { before }) }
    const lists = await askAll<ListedSignature[]>(network, 'getSignaturesForAddress', [account, config])
    if (lists.length < (isLone(network) ? 1 : 2)) return undefined
    // Whoever does not know where the page before ended may say nothing.
    if (before !== undefined && lists.some((list) => list.length === 0)) return undefined
    for (const list of lists) for (const one of list) if (isSince(one, sinceMs)) found.add(one.signature)
    const oldest = lists
      .map((list) => (list.length < pageMax ? undefined : list.at(-1)))
      .filter((one) => one !== undefined)
    const unfinished = oldest.filter((one) => isSince(one, sinceMs))
    if (unfinished.length === 0) return [...found]
    // The newest of where they stopped: no list goes on past what it has not told yet.
    before = unfinished.toSorted((one, other) => (other.blockTime ?? 0) - (one.blockTime ?? 0))[0]?.signature
  }
  return undefined
}
