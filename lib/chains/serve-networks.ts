import type { Caip2 } from '@/lib/money'
import { servedNetworks } from './clients'

type Queue<Item> = {
  /** Claims due items on these networks, at most `share` of each. Other processes then skip them. */
  claim(networks: readonly Caip2[], share: number): Promise<readonly Item[]>
  /** Works on the claimed items of one network. */
  work(network: Caip2, items: readonly Item[]): Promise<void>
  share: number
  /** Runs on a network before the first claim of this run. */
  begin?: (network: Caip2) => Promise<void>
}

/** How often other networks are asked for more while one is busy. */
const againMs = 200

/**
 * Works through the queues of several networks in parallel, until nothing is due or `budgetMs` is over. Each network
 * has its own share; one whose chain does not answer delays only its own queue, and the others claim more meanwhile.
 * Work still under way then ends by itself.
 * @returns the number of items claimed.
 * @throws the first error of `claim`, `work` or `begin`, after everything else has ended.
 */
export async function serveNetworks<Item extends { network: Caip2 }>(
  { claim, work, share, begin }: Queue<Item>,
  budgetMs: number,
): Promise<number> {
  const untilMs = performance.now() + budgetMs
  const networks = servedNetworks()
  const busy = new Map<Caip2, Promise<void>>()
  /** Networks that may have more due items. */
  const deep = new Set(networks)
  const failures: unknown[] = []
  const start = (network: Caip2, doing: Promise<void>) => {
    const ended = doing.catch((error: unknown) => void failures.push(error)).finally(() => busy.delete(network))
    busy.set(network, ended)
  }
  if (begin) for (const network of networks) start(network, begin(network))
  let taken = 0
  for (;;) {
    const isWaiting = busy.size > 0
    const free = networks.filter((network) => !busy.has(network) && (isWaiting || deep.has(network)))
    const groups = group(free, free.length > 0 ? await claim(free, share) : [])
    for (const [network, items] of groups) {
      taken += items.length
      if (items.length < share) deep.delete(network)
      if (items.length > 0) start(network, work(network, items))
    }
    if (busy.size > 0)
      await Promise.race([...busy.values(), pause(Math.max(0, Math.min(untilMs - performance.now(), againMs)))])
    if (performance.now() >= untilMs || (busy.size === 0 && deep.size === 0)) break
  }
  if (failures.length > 0) throw failures[0]
  return taken
}

function group<Item extends { network: Caip2 }>(
  networks: readonly Caip2[],
  items: readonly Item[],
): ReadonlyMap<Caip2, readonly Item[]> {
  return new Map(networks.map((network) => [network, items.filter((item) => item.network === network)]))
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
