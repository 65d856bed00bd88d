import { AppError } from '@/lib/errors'
import { listSellers } from '@/lib/merchants'
import * as McpTool from './McpTool'
import { toolsOf } from './tools-of'

/** Whose tools are meant: one merchant's, or everybody's. */
export type ToolScope = { merchantSlug?: string | undefined }

type Page = { tools: readonly McpTool.McpTool[]; nextCursor?: string }

export const pageSize = 50

/** The tool that a page ended with. */
type Cursor = { slug: string; name: string }

/**
 * One page of what is on sale, by merchant and name, after `own` tools. What is put on sale or taken off between two pages
 * moves no other tool to another page.
 * @throws AppError bad-input for a cursor that is none of ours.
 */
export async function listTools(scope: ToolScope, own: readonly McpTool.McpTool[], cursor?: string): Promise<Page> {
  const last = cursor === undefined ? undefined : readCursor(cursor)
  const tools = last ? [] : [...own]
  let end: Cursor | undefined
  for (const slug of await sellersFrom(scope, last?.slug)) {
    const behind = last?.slug === slug ? last.name : ''
    for (const [name, resource] of await toolsOf(slug)) {
      if (name <= behind) continue
      if (tools.length >= pageSize && end) return { tools, nextCursor: toCursor(end) }
      tools.push(McpTool.from(resource))
      end = { slug, name }
    }
  }
  return { tools }
}

async function sellersFrom({ merchantSlug }: ToolScope, first = ''): Promise<readonly string[]> {
  if (merchantSlug !== undefined) return [merchantSlug]
  // By the order in which they are compared here, whatever the database's is.
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
    // What was read is no cursor, as below.
  }
  const message = 'This cursor is none that tools/list gave. Begin without one.'
  throw new AppError('bad-input', message, { fields: [{ field: 'cursor', message }] })
}
