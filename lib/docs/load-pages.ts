import { env } from '../env'
import { openApi } from '@/lib/discovery'
import { loadEntries } from '@/lib/gateway'
import { errorPages } from './ErrorPages'
import { eventPage } from './EventPage'
import type { DocsPage } from './DocsPage'
import { guidePage, guides } from './GuidePages'
import { snippetsFor } from './GuideSnippets'
import { readGuides } from './read-guides'
import { referencePage, type OpenApiDocument } from './ReferencePages'
import * as Samples from './Samples'

const freshMs = 60_000

let kept: { atMs: number; pages: Promise<readonly DocsPage[]> } | undefined

/**
 * All pages, in the order of the navigation. Their examples buy what is on sale at this moment; they are made anew once a minute.
 * @param api the OpenAPI document of /api/v1.
 */
export function loadPages(api: OpenApiDocument): Promise<readonly DocsPage[]> {
  if (kept && Date.now() - kept.atMs < freshMs) return kept.pages
  const pages = make(api)
  kept = { atMs: Date.now(), pages }
  pages.catch(() => {
    kept = undefined
  })
  return pages
}

async function make(api: OpenApiDocument): Promise<readonly DocsPage[]> {
  const origin = env.PUBLIC_URL
  const [entries, texts] = await Promise.all([loadEntries(), readGuides()])
  const values = { origin, host: new URL(origin).host, ...snippetsFor(origin, Samples.from(entries, origin)) }
  const sold = openApi(entries, { title: 'Sluice', serverUrl: origin, whole: true })
  return [
    ...guides.map((guide) => guidePage(guide, texts.get(guide.slug) ?? '', values)),
    referencePage(apiPage, api, '/api/v1/openapi.json'),
    referencePage(soldPage, sold as OpenApiDocument, '/openapi.json'),
    eventPage(),
    ...errorPages(origin),
  ]
}

const apiPage = {
  slug: 'api',
  title: 'API reference',
  group: 'Reference',
  description: 'Every operation below /api/v1: transactions, payments, quotes and the audit log.',
} as const

const soldPage = {
  slug: 'sold',
  title: 'What is on sale',
  group: 'Reference',
  description: 'Every operation that is sold here at this moment, from the OpenAPI document that directories read.',
} as const
