import { health, type Health } from '@/lib/discovery'
import { loadMerchantResources } from '@/lib/merchants'
import { describeChallenge } from './describe-challenge'
import { findTakes } from './find-takes'

/** How well directories can list a resource, by its own 402; undefined when there is none. Sends nothing. */
export async function checkListing(merchantSlug: string, id: string): Promise<Health | undefined> {
  const merchant = await loadMerchantResources(merchantSlug)
  const resource = merchant?.resources.find((one) => one.id === id)
  if (!resource) return undefined
  const nowMs = Date.now()
  return health(resource, describeChallenge(resource, nowMs, {}, await findTakes(resource)), nowMs)
}
