import type { CatalogueEntry } from '@/lib/discovery'
import { listSellers, loadMerchantResources } from '@/lib/merchants'
import { entriesOf } from './entries-of'

/** Loads the catalogue entries of all merchants. */
export async function loadEntries(): Promise<readonly CatalogueEntry.CatalogueEntry[]> {
  const merchants = await Promise.all((await listSellers()).map(loadMerchantResources))
  const entries = await Promise.all(merchants.map((merchant) => (merchant ? entriesOf(merchant.resources) : [])))
  return entries.flat()
}
