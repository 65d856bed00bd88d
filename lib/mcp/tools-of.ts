import { loadMerchantResources, type Resource } from '@/lib/merchants'
import * as McpTool from './McpTool'

// A changed resource list is a new object, so its names can be cached with it.
const toolsByList = new WeakMap<readonly Resource[], ReadonlyMap<string, Resource>>()

const nothing: readonly Resource[] = []

/** Returns a merchant's resources that are on sale or paused by tool name, sorted by name. */
export async function toolsOf(slug: string): Promise<ReadonlyMap<string, Resource>> {
  const resources = (await loadMerchantResources(slug))?.resources ?? nothing
  const known = toolsByList.get(resources)
  if (known) return known
  const sold = resources.filter(({ status }) => status === 'live' || status === 'paused')
  const pairs = sold.map((resource): [string, Resource] => [McpTool.nameOf(resource), resource])
  const byName = new Map(pairs.sort(([a], [b]) => (a < b ? -1 : 1)))
  toolsByList.set(resources, byName)
  return byName
}
