import { configuredDirectories, CatalogueEntry, findPlaces, type DirectoryPlace } from '@/lib/discovery'
import { listRoutedFacilitators } from '@/lib/remote-facilitators'
import { readListing } from './read-listing'

/**
 * Finds where a resource is listed now: in this server's catalogue, in the catalogues of the facilitators in its
 * merchant's routes, and in this installation's directories. Calls each of them at most once a minute, which takes
 * seconds if one is slow.
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
