import { CatalogueEntry } from '@/lib/discovery'
import { type Resource } from '@/lib/merchants'
import { preview402, priceAt } from '../preview-402'
import { findAcceptedMethods } from '../find-accepted-methods'

/**
 * Returns the catalogue entries of the live resources, each with the current offers of its 402, made by the same
 * adapters.
 */
export function entriesOf(resources: readonly Resource[]): Promise<readonly CatalogueEntry.CatalogueEntry[]> {
  return Promise.all(resources.filter(({ status }) => status === 'live').map(entryOf))
}

// A cache by resource: an edited resource is a new object. The entry also depends on the price at this time, and on the
// facilitators of the merchant's routes.
const entryCache = new WeakMap<Resource, { now: string; entry: CatalogueEntry.CatalogueEntry }>()

async function entryOf(resource: Resource): Promise<CatalogueEntry.CatalogueEntry> {
  const takes = await findAcceptedMethods(resource)
  const nowMs = Date.now()
  const { priceMicros, metered } = priceAt(resource, nowMs)
  const now = JSON.stringify([String(priceMicros), String(metered?.scale), takes.facilitators])
  const known = entryCache.get(resource)
  if (known?.now === now) return known.entry
  const isFree = resource.priceMicros === 0n && !resource.pricing
  const preview = isFree ? { decoded: [] } : preview402(resource, nowMs, {}, takes)
  const entry = CatalogueEntry.from(resource, preview, nowMs)
  entryCache.set(resource, { now, entry })
  return entry
}
