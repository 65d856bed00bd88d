import type { DirectoryHealth } from '@/lib/discovery'
import { describeHead, type HeadReport } from './describe-head'
import { readListing } from './read-listing'

export type ListingCheck = { health: DirectoryHealth; head: HeadReport | undefined }

/** How well directories can list a resource, by its own 402, and what its head has; undefined when there is none. Sends nothing. */
export async function checkListing(merchantSlug: string, id: string): Promise<ListingCheck | undefined> {
  const found = await readListing(merchantSlug, id)
  if (!found) return undefined
  const { resource, takes, nowMs, health, isFree } = found
  return { health, head: isFree ? undefined : describeHead(resource, nowMs, takes) }
}
