import { CatalogueEntry } from '@/lib/discovery'
import { type Resource } from '@/lib/merchants'
import { preview402, priceAt } from '../preview-402'
import { findAcceptedMethods } from '../find-accepted-methods'

/** What is on sale, with what the 402 of each would offer now: made by the 402's own adapters. */
export function entriesOf(resources: readonly Resource[]): Promise<readonly CatalogueEntry.CatalogueEntry[]> {
  return Promise.all(resources.filter(({ status }) => status === 'live').map(entryOf))
}

// A resource is replaced as a whole when it is edited. Besides, the clock moves its price, and its merchant's route whom payers name.
const described = new WeakMap<Resource, { now: string; entry: CatalogueEntry.CatalogueEntry }>()

async function entryOf(resource: Resource): Promise<CatalogueEntry.CatalogueEntry> {
  const takes = await findAcceptedMethods(resource)
  const nowMs = Date.now()
  const { priceMicros, metered } = priceAt(resource, nowMs)
  const now = JSON.stringify([String(priceMicros), String(metered?.scale), takes.facilitators])
  const known = described.get(resource)
  if (known?.now === now) return known.entry
  const isFree = resource.priceMicros === 0n && !resource.pricing
  const said = isFree ? { decoded: [] } : preview402(resource, nowMs, {}, takes)
  const entry = CatalogueEntry.from(resource, said, nowMs)
  described.set(resource, { now, entry })
  return entry
}
