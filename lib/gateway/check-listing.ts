import {
  configuredDirectories,
  CatalogueEntry,
  findPlaces,
  health,
  type DirectoryHealth,
  type DirectoryPlace,
} from '@/lib/discovery'
import { loadMerchantResources } from '@/lib/merchants'
import { listRouted } from '@/lib/remote-facilitators'
import { preview402 } from './preview-402'
import { describeHead, type HeadReport } from './describe-head'
import { findAcceptedMethods } from './find-accepted-methods'

export type ListingCheck = { health: DirectoryHealth; head: HeadReport | undefined }

/** How well directories can list a resource, by its own 402, and what its head has; undefined when there is none. Sends nothing. */
export async function checkListing(merchantSlug: string, id: string): Promise<ListingCheck | undefined> {
  const found = await read(merchantSlug, id)
  if (!found) return undefined
  const { resource, takes, nowMs, health, isFree } = found
  return { health, head: isFree ? undefined : describeHead(resource, nowMs, takes) }
}

/**
 * Where a resource is listed now: here, in the catalogues of the facilitators that its merchant's routes name, and in the directories of
 * this installation. Asks them, so that it takes seconds where one is slow; each once a minute.
 * @param onSaleSince ISO 8601.
 */
export async function findListings(merchantSlug: string, id: string, onSaleSince: string): Promise<DirectoryPlace[]> {
  const found = await read(merchantSlug, id)
  if (!found) return []
  const { resource, said, nowMs, isFree } = found
  const routed = await listRouted(resource.merchantId)
  const directories = [...routed.map((one) => ({ ...one, settles: true })), ...configuredDirectories()]
  const { item } = CatalogueEntry.from(resource, isFree ? { decoded: [] } : said, nowMs)
  const isLive = resource.status === 'live'
  return findPlaces({ item, isLive, onSaleSince, checks: found.health.checks }, directories)
}

async function read(merchantSlug: string, id: string) {
  const merchant = await loadMerchantResources(merchantSlug)
  const resource = merchant?.resources.find((one) => one.id === id)
  if (!resource) return undefined
  const nowMs = Date.now()
  const takes = await findAcceptedMethods(resource)
  const said = preview402(resource, nowMs, {}, takes)
  const isFree = resource.priceMicros === 0n && !resource.pricing
  return { resource, said, takes, nowMs, isFree, health: health(resource, said, nowMs) }
}
