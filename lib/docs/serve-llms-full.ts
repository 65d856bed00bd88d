import { env } from '../env'
import { answer } from '@/lib/discovery'
import { toMarkdown } from './DocsPage'
import { loadPages } from './load-pages'
import type { OpenApiDocument } from './ReferencePages'

/** GET /llms-full.txt: every page of the documentation, as one text for a language model. */
export async function serveLlmsFull(request: Request, api: OpenApiDocument): Promise<Response> {
  const pages = await loadPages(api)
  const text = pages.map((page) => toMarkdown(page, env.PUBLIC_URL)).join('\n')
  return answer(request, text, 'text/plain; charset=utf-8')
}
