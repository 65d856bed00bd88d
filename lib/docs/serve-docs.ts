import { env } from '../env'
import { answer } from '@/lib/discovery'
import { AppError } from '@/lib/errors'
import { pathOf, toMarkdown } from './DocsPage'
import { loadPages } from './load-pages'
import type { OpenApiDocument } from './ReferencePages'
import { missingPage, renderPage, searchPage, startPage } from './render-page'
import { searchPages } from './search-pages'

/**
 * GET /docs and what is below it: a page, its Markdown (`.md`), the first page, or with ?q= what the search finds. Without a
 * script, and without anything of the request in it but the words that are searched.
 * @param slug the part of the path behind /docs/; empty for the first page.
 */
export async function serveDocs(request: Request, slug: string, api: OpenApiDocument): Promise<Response> {
  const pages = await loadPages(api)
  const text = new URL(request.url).searchParams.get('q')?.slice(0, 200)
  if (slug === '' && text !== undefined) return page(request, searchPage(pages, text, searchPages(pages, text)))
  if (slug === '') return page(request, startPage(pages))
  const name = slug.replace(/\.md$/, '')
  const found = pages.find((one) => one.slug === name)
  if (!found && slug.endsWith('.md')) throw new AppError('not-found', `There is no page ${pathOf({ slug })}.`)
  if (!found) return page(request, missingPage(pages, pathOf({ slug })), 404)
  if (slug.endsWith('.md')) return answer(request, toMarkdown(found, env.PUBLIC_URL), 'text/markdown; charset=utf-8')
  return page(request, renderPage(pages, found))
}

function page(request: Request, made: { html: string; headers: Record<string, string> }, status = 200): Response {
  const response = answer(request, made.html, 'text/html; charset=utf-8')
  if (response.status === 304) return response
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(made.headers)) headers.set(name, value)
  if (status === 404) headers.set('Cache-Control', 'no-store')
  return new Response(response.body, { status, headers })
}
