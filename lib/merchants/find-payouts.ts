import type { Resource } from './Resource'
import { findPrice } from './find-price'
import { type PriceRow } from './PriceRow'

/** Revisions whose payouts are cached; a revision never changes. */
const knownMax = 1_000

const known = new Map<string, PriceRow['payouts']>()

/**
 * The payouts of a revision of a resource; undefined if it never had that revision. `resource` is the current one, so the
 * database is read only for older revisions, and for newer ones that this process does not know yet.
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
