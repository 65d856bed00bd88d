import { loadMerchantResources, type Resource } from '@/lib/merchants'
import * as McpTool from './McpTool'

// A resource list is replaced as a whole when it changes, so its names can live as long as it does.
const named = new WeakMap<readonly Resource[], ReadonlyMap<string, Resource>>()

const nothing: readonly Resource[] = []

/** What a merchant has on sale, in the order of the names. */
export async function toolsOf(slug: string): Promise<ReadonlyMap<string, Resource>> {
  const resources = (await loadMerchantResources(slug))?.resources ?? nothing
  const known = named.get(resources)
  if (known) return known
  const live = resources.filter(({ status }) => status === 'live')
  const pairs = live.map((resource): [string, Resource] => [McpTool.nameOf(resource), resource])
  const byName = new Map(pairs.sort(([a], [b]) => (a < b ? -1 : 1)))
  named.set(resources, byName)
  return byName
}
