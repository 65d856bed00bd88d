import { AppError } from '@/lib/errors'
import { listSellers } from '@/lib/merchants'
import * as McpTool from './McpTool'
import { toolsOf } from './tools-of'

/** Selects the tools: one merchant's, or all. */
export type ToolScope = { merchantSlug?: string | undefined }

type Page = { tools: readonly McpTool.McpTool[]; nextCursor?: string }

export const pageSize = 50

/** The last tool of a page. */
type Cursor = { slug: string; name: string }

/**
 * Returns one page of tools that are on sale, by merchant and name, after the `own` tools. Tools that are added or removed between two
 * pages do not move others to another page.
 * @throws AppError bad-input for an unknown cursor.
 */
export async function listTools(scope: ToolScope, own: readonly McpTool.McpTool[], cursor?: string): Promise<Page> {
  const last = cursor === undefined ? undefined : readCursor(cursor)
  const tools = last ? [] : [...own]
  let end: Cursor | undefined
  for (const slug of await sellersFrom(scope, last?.slug)) {
    const behind = last?.slug === slug ? last.name : ''
    for (const [name, resource] of await toolsOf(slug)) {
      if (name <= behind || resource.status !== 'live') continue
      if (tools.length >= pageSize && end) return { tools, nextCursor: toCursor(end) }
      tools.push(McpTool.from(resource))
      end = { slug, name }
    }
  }
  return { tools }
}

async function sellersFrom({ merchantSlug }: ToolScope, first = ''): Promise<readonly string[]> {
  if (merchantSlug !== undefined) return [merchantSlug]
  // Sorted as this file compares strings; the database may sort differently.
  return (await listSellers()).filter((slug) => slug >= first).sort()
}

function toCursor({ slug, name }: Cursor): string {
  return Buffer.from(JSON.stringify([slug, name])).toString('base64url')
}

function readCursor(cursor: string): Cursor {
  try {
    const [slug, name] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[]
    if (typeof slug === 'string' && typeof name === 'string') return { slug, name }
  } catch {
    // Not a cursor: refused below.
  }
  const message = 'This cursor is none that tools/list gave. Begin without one.'
  throw new AppError('bad-input', message, { fields: [{ field: 'cursor', message }] })
}
