import { listSellers, type Resource } from '@/lib/merchants'
import * as McpTool from './McpTool'
import { toolsOf } from './tools-of'
import { type ToolScope } from './list-tools'

/** The resource that a tool is; undefined when there is no such tool. */
export async function findTool({ merchantSlug }: ToolScope, name: string): Promise<Resource | undefined> {
  if (merchantSlug !== undefined) return (await toolsOf(merchantSlug)).get(name)
  const spelled = name.split('_', 1)[0] ?? ''
  const found = (await toolsOf(spelled)).get(name)
  if (found) return found
  // A merchant whose own name is spelled otherwise.
  for (const slug of (await listSellers()).filter((one) => one !== spelled && McpTool.spell(one) === spelled)) {
    const resource = (await toolsOf(slug)).get(name)
    if (resource) return resource
  }
  return undefined
}
