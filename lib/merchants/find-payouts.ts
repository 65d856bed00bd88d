import type { Resource } from './Resource'
import { findPrice } from './find-price'
import { type PriceRow } from './PriceRow'

/** Revisions whose payouts are kept; a revision never changes. */
const knownMax = 1_000

const known = new Map<string, PriceRow['payouts']>()

/**
 * Where the money went under a revision of a resource; undefined when it never had it. `resource` is as it is known now, so that
 * the database is asked for revisions only that it has left behind, or that this process has not heard of yet.
 */
export async function findPayouts(
  { id, revision: current, payouts }: Pick<Resource, 'id' | 'revision' | 'payouts'>,
  revision: number,
): Promise<Resource['payouts'] | undefined> {
  if (revision === current) return payouts
  const key = `${id} ${revision}`
  const found = known.get(key) ?? (await findPrice(id, revision))?.payouts
  if (!found) return undefined
  if (known.size >= knownMax) known.clear()
  known.set(key, found)
  return found
}
