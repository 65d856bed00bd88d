import { resourceCache, type MerchantResources } from './resource-cache'

/**
 * All resources of a merchant, in every state; undefined when there is no such merchant. Cached in this process: a change
 * made by any process is visible as soon as its notification arrives, and within a second while none can arrive.
 */
export function loadMerchantResources(slug: string): Promise<MerchantResources | undefined> {
  return resourceCache.load(slug)
}
