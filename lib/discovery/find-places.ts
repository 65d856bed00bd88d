import { env } from '../env'
import { askDirectory, type DirectoryAnswer } from './ask-directory'
import type { BazaarItem } from './bazaar/BazaarItem'
import type { DirectoryCheck } from './health'

/** A catalogue, and whether it lists a resource now. */
export type DirectoryPlace = {
  name: string
  /** The catalogue's page for people; null if it has none. */
  url: string | null
  state: 'listed' | 'absent' | 'unknown'
  /** ISO 8601. For our own list the start of the listing, for others the catalogue's last update. */
  at: string | null
  /** What `at` means, or why the resource is not listed and how to fix it. */
  detail: string
}

/** Another party's x402 catalogue. */
export type Directory = {
  name: string
  /** The address before `/discovery/resources`. */
  url: string
  /** True if this server lets it settle payments. */
  settles: boolean
}

type PlacedListing = {
  /** The resource's item; undefined if x402 cannot pay for it. */
  item: BazaarItem | undefined
  isLive: boolean
  /** ISO 8601. */
  onSaleSince: string
  checks: readonly DirectoryCheck[]
}

/** The directories of the setting DIRECTORIES, named by their host. */
export function configuredDirectories(): Directory[] {
  return env.DIRECTORIES.map((url) => ({ name: new URL(url).host, url, settles: false }))
}

/** Where a resource is listed now: here, and in each directory. Calls all directories at once. Never throws. */
export async function findPlaces(listing: PlacedListing, directories: readonly Directory[]): Promise<DirectoryPlace[]> {
  const { item, isLive } = listing
  const whyNot = !isLive
    ? 'It is paused, or not on sale. Put it on sale.'
    : item
      ? undefined
      : 'It has no offer of x402, and bazaars list nothing else: add a payout on a network that takes x402.'
  const here = {
    name: 'The bazaar of this server',
    url: `${env.PUBLIC_URL}/facilitator/discovery/resources`,
    ...(whyNot === undefined
      ? { state: 'listed' as const, at: listing.onSaleSince, detail: 'It went on sale' }
      : { state: 'absent' as const, at: null, detail: whyNot }),
  }
  const elsewhere = await Promise.all(
    directories.map(async ({ name, url, settles }): Promise<DirectoryPlace> => {
      const place = { name, url: `${url.replace(/\/+$/, '')}/discovery/resources` }
      if (!item || whyNot !== undefined) return { ...place, state: 'absent', at: null, detail: whyNot ?? '' }
      const answer = await askDirectoryFor(url, item)
      return { ...place, ...inWords(answer, settles, listing.checks) }
    }),
  )
  return [here, ...elsewhere]
}

function inWords(
  answer: DirectoryAnswer,
  settles: boolean,
  checks: readonly DirectoryCheck[],
): Pick<DirectoryPlace, 'state' | 'at' | 'detail'> {
  if (answer.kind === 'silent') return { state: 'unknown', at: null, detail: answer.reason }
  if (answer.kind === 'listed')
    return {
      state: 'listed',
      at: answer.updatedAt,
      detail: answer.updatedAt ? 'Last updated there' : 'It does not say since when.',
    }
  const { looked, total } = answer
  if (total !== null && looked < total)
    return { state: 'unknown', at: null, detail: `It is not among the first ${looked} of ${total} entries.` }
  const fault = checks.find(({ state }) => state === 'fail')
  if (fault) return { state: 'absent', at: null, detail: `${fault.name}: ${fault.detail}` }
  const detail = settles
    ? 'Payments are handed to it without your address, so that it learns nothing of your customers. Register the address there.'
    : 'It has not heard of it. Register the address there.'
  return { state: 'absent', at: null, detail }
}

/** Answers are cached for a minute, so that reloading a page does not repeat the calls. */
const cacheMs = 60_000
const cacheMax = 500
const cache = new Map<string, { atMs: number; answer: Promise<DirectoryAnswer> }>()

function askDirectoryFor(url: string, { resource, accepts }: BazaarItem): Promise<DirectoryAnswer> {
  const payTo = String(accepts[0]?.payTo ?? '')
  const key = [url, resource, payTo].join('|')
  const known = cache.get(key)
  if (known && Date.now() - known.atMs < cacheMs) return known.answer
  if (cache.size >= cacheMax) cache.clear()
  const answer = askDirectory(url, resource, payTo)
  cache.set(key, { atMs: Date.now(), answer })
  return answer
}
