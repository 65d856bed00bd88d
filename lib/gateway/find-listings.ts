import { configuredDirectories, CatalogueEntry, findPlaces, type DirectoryPlace } from '@/lib/discovery'
import { listRoutedFacilitators } from '@/lib/remote-facilitators'
import { readListing } from './read-listing'

/**
 * Where a resource is listed now: here, in the catalogues of the facilitators that its merchant's routes name, and in the directories of
 * this installation. Asks them, so that it takes seconds where one is slow; each once a minute.
 * @param onSaleSince ISO 8601.
 */
export async function findListings(merchantSlug: string, id: string, onSaleSince: string): Promise<DirectoryPlace[]> {
  const found = await readListing(merchantSlug, id)
  if (!found) return []
  const { resource, said, nowMs, isFree } = found
  const routed = await listRoutedFacilitators(resource.merchantId)
  const directories = [...routed.map((one) => ({ ...one, settles: true })), ...configuredDirectories()]
  const { item } = CatalogueEntry.from(resource, isFree ? { decoded: [] } : said, nowMs)
  const isLive = resource.status === 'live'
  return findPlaces({ item, isLive, onSaleSince, checks: found.health.checks }, directories)
}
