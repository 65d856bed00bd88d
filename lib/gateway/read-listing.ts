import { health } from '@/lib/discovery'
import { loadMerchantResources } from '@/lib/merchants'
import { preview402 } from './preview-402'
import { findAcceptedMethods } from './find-accepted-methods'

export async function readListing(merchantSlug: string, id: string) {
  const merchant = await loadMerchantResources(merchantSlug)
  const resource = merchant?.resources.find((one) => one.id === id)
  if (!resource) return undefined
  const nowMs = Date.now()
  const takes = await findAcceptedMethods(resource)
  const said = preview402(resource, nowMs, {}, takes)
  const isFree = resource.priceMicros === 0n && !resource.pricing
  return { resource, said, takes, nowMs, isFree, health: health(resource, said, nowMs) }
}
