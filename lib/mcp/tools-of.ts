import { loadMerchantResources, type Resource } from '@/lib/merchants'
import * as McpTool from './McpTool'

// A changed resource list is a new object, so its names can be cached with it.
const toolsByList = new WeakMap<readonly Resource[], ReadonlyMap<string, Resource>>()

const nothing: readonly Resource[] = []

/** Returns a merchant's live resources by tool name, sorted by name. */
export async function toolsOf(slug: string): Promise<ReadonlyMap<string, Resource>> {
  const resources = (await loadMerchantResources(slug))?.resources ?? nothing
  const known = toolsByList.get(resources)
  if (known) return known
  const live = resources.filter(({ status }) => status === 'live')
  const pairs = live.map((resource): [string, Resource] => [McpTool.nameOf(resource), resource])
  const byName = new Map(pairs.sort(([a], [b]) => (a < b ? -1 : 1)))
  toolsByList.set(resources, byName)
  return byName
}
