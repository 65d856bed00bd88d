import { configuredDirectories, Entry, findPlaces, health, type Health, type Place } from '@/lib/discovery'
import { loadMerchantResources } from '@/lib/merchants'
import { listRouted } from '@/lib/settlement'
import { describeChallenge } from './describe-challenge'
import { findTakes } from './find-takes'

/** How well directories can list a resource, by its own 402; undefined when there is none. Sends nothing. */
export async function checkListing(merchantSlug: string, id: string): Promise<Health | undefined> {
  return (await read(merchantSlug, id))?.health
}

/**
 * Where a resource is listed now: here, in the catalogues of the facilitators that its merchant's routes name, and in the directories of
 * this installation. Asks them, so that it takes seconds where one is slow; each once a minute.
 * @param onSaleSince ISO 8601.
 */
export async function findListings(merchantSlug: string, id: string, onSaleSince: string): Promise<Place[]> {
  const found = await read(merchantSlug, id)
  if (!found) return []
  const { resource, said, nowMs } = found
  const routed = await listRouted(resource.merchantId)
  const directories = [...routed.map((one) => ({ ...one, settles: true })), ...configuredDirectories()]
  const isFree = resource.priceMicros === 0n && !resource.pricing
  const { item } = Entry.from(resource, isFree ? { decoded: [] } : said, nowMs)
  const isLive = resource.status === 'live'
  return findPlaces({ item, isLive, onSaleSince, checks: found.health.checks }, directories)
}

async function read(merchantSlug: string, id: string) {
  const merchant = await loadMerchantResources(merchantSlug)
  const resource = merchant?.resources.find((one) => one.id === id)
  if (!resource) return undefined
  const nowMs = Date.now()
  const said = describeChallenge(resource, nowMs, {}, await findTakes(resource))
  return { resource, said, nowMs, health: health(resource, said, nowMs) }
}
