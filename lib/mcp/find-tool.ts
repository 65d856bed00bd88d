import { listSellers, type Resource } from '@/lib/merchants'
import * as McpTool from './McpTool'
import { toolsOf } from './tools-of'
import { type ToolScope } from './list-tools'

/** Finds the resource of a tool; undefined if there is none. */
export async function findTool({ merchantSlug }: ToolScope, name: string): Promise<Resource | undefined> {
  if (merchantSlug !== undefined) return (await toolsOf(merchantSlug)).get(name)
  const firstWord = name.split('_', 1)[0] ?? ''
  const found = (await toolsOf(firstWord)).get(name)
  if (found) return found
  // Merchants whose slug has characters that a tool name cannot contain.
  for (const slug of (await listSellers()).filter((one) => one !== firstWord && McpTool.spell(one) === firstWord)) {
    const resource = (await toolsOf(slug)).get(name)
    if (resource) return resource
  }
  return undefined
}
