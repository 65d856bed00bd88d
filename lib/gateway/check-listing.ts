import type { DirectoryHealth } from '@/lib/discovery'
import { describeHead, type HeadReport } from './describe-head'
import { readListing } from './read-listing'

export type ListingCheck = { health: DirectoryHealth; head: HeadReport | undefined }

/**
 * Reports how well directories can list a resource, judged by its own 402, and what the head of that 402 contains.
 * Undefined if there is no such resource. Sends nothing.
 */
export async function checkListing(merchantSlug: string, id: string): Promise<ListingCheck | undefined> {
  const found = await readListing(merchantSlug, id)
  if (!found) return undefined
  const { resource, takes, nowMs, health, isFree } = found
  return { health, head: isFree ? undefined : describeHead(resource, nowMs, takes) }
}
