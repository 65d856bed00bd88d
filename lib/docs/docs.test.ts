import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { AuditEvent } from '@/lib/audit'
import { codes, type ErrorCode } from '@/lib/errors'
import { openApi } from '@/lib/intents'
import { Endpoint } from '@/lib/webhooks'
import { pathOf, toMarkdown, type DocsPage } from './DocsPage'
import { errorPages } from './ErrorPages'
import { eventPage } from './EventPage'
import { guidePage, guides } from './GuidePages'
import { snippetsFor } from './GuideSnippets'
import * as Markdown from './Markdown'
import { referencePage } from './ReferencePages'
import { missingPage, renderPage, searchPage, startPage } from './render-page'
import { searchPages } from './search-pages'

const origin = 'https://sluice.example'
const values = { origin, host: 'sluice.example', ...snippetsFor(origin, { call: undefined, session: undefined }) }
const text = (slug: string) => readFileSync(`docs/guide/${slug}.md`, 'utf8')
const reference = { slug: 'api', title: 'API reference', description: 'All operations.', group: 'Reference' } as const
const pages: readonly DocsPage[] = [
  ...guides.map((guide) => guidePage(guide, text(guide.slug), values)),
  referencePage(reference, openApi(), '/api/v1/openapi.json'),
  eventPage(),
  ...errorPages(origin),
]

test('every file of docs/guide is a page, and each name in it stands for a value', () => {
  const files = readdirSync('docs/guide').map((name) => name.replace(/\.md$/, ''))
  expect(files.sort()).toEqual(guides.map(({ slug }) => slug).sort())
  expect(() => guidePage(guides[0]!, '# A\n\n> B\n\n{{nothing}}', values)).toThrow('nothing stands for {{nothing}}')
  expect(() => guidePage(guides[0]!, 'A', values)).toThrow('needs "# title"')
})

test('every link leads to a page, a heading of it, or a document of this server', () => {
  const others = /^\/(sign-in|me|openapi\.json|llms\.txt|llms-full\.txt|api\/|facilitator|\.well-known)/
  const missing = pages.flatMap((page) =>
    [...page.markdown.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
      const local = link.startsWith(origin) ? link.slice(origin.length) : link
      if (/^https?:/.test(local) || others.test(local)) return []
      const [path = '', id] = local.split('#')
      const found = path === '' ? page : pages.find((one) => pathOf(one) === path)
      const isThere =
        found && (id === undefined || Markdown.render(found.markdown).headings.some((one) => one.id === id))
      return isThere ? [] : [`${page.slug}: ${link}`]
    }),
  )
  expect(missing).toEqual([])
})

test.each(Object.keys(codes) as ErrorCode[])('the error %s has a page with its help, and a row in the list', (code) => {
  const page = pages.find(({ slug }) => slug === `errors/${code}`)!
  expect(page.markdown).toContain(codes[code].help)
  expect(page.markdown).toMatch(new RegExp(`"(type|help)": "https://sluice.example/docs/errors/${code}"`))
  expect(page.markdown).toContain('## What an agent should do')
  expect(pages.find(({ slug }) => slug === 'errors')!.markdown).toContain(`](/docs/errors/${code})`)
})

test.each(Endpoint.offered)('the event %s has its meaning and a body', (type) => {
  const { markdown } = pages.find(({ slug }) => slug === 'events')!
  const [, meaning, body = ''] =
    new RegExp(`### ${type}\\n\\n(.*)\\n\\n\`\`\`json\\n([^]*?)\`\`\``).exec(markdown) ?? []
  expect(meaning).toBe(AuditEvent.types[type])
  expect(JSON.parse(body)).toMatchObject({ type, data: { event: { seq: expect.any(String) } } })
})

test('the reference has every operation of the document, with its parameters, answers and schemas', () => {
  const { markdown } = pages.find(({ slug }) => slug === 'api')!
  const document = openApi() as { paths: Record<string, Record<string, unknown>>; components: { schemas: object } }
  for (const [path, item] of Object.entries(document.paths))
    for (const method of Object.keys(item).filter((name) => name !== 'parameters'))
      expect(markdown).toContain(`## ${method.toUpperCase()} ${path}`)
  for (const name of Object.keys(document.components.schemas)) expect(markdown).toContain(`### ${name}`)
  expect(markdown).toContain('| `Idempotency-Key` | header |')
})

test('a page has no script, no style of its own elements, and nothing of a text unescaped', () => {
  const hostile = `<script>alert(1)</script> [x](javascript:alert(1)) "'&`
  const hits = searchPages(pages, 'settlement-pending')
  const made = [
    startPage(pages),
    renderPage(pages, pages[0]!),
    searchPage(pages, hostile, hits),
    missingPage(pages, hostile),
  ]
  const page = {
    slug: 'x',
    title: hostile,
    description: hostile,
    markdown: `# ${hostile}\n\n${hostile}\n\n| a |\n| - |\n| ${hostile} |`,
  }
  for (const { html, headers } of [...made, renderPage(pages, page)]) {
    expect(html).not.toMatch(/<script|\sstyle=|\son\w+=|href="javascript/i)
    expect(headers['Content-Security-Policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; img-src 'self'/)
  }
})

test('headings have ids of their own', () => {
  const { headings, html } = Markdown.render('## A & `b`\n\n## A b\n\n## A b\n\n## 漢字')
  expect(headings.map(({ id }) => id)).toEqual(['a-b', 'a-b--2', 'a-b--3', '漢字'])
  expect(html.text).toContain('<h2 id="a-b">')
})

test('the search finds words in any order, the title first, and links to the section', () => {
  expect(searchPages(pages, 'settlement-pending')[0]?.href).toBe('/docs/errors/settlement-pending')
  expect(searchPages(pages, 'Webhooks')[0]?.href).toMatch(/^\/docs\/(webhooks|events)$/)
  expect(searchPages(pages, 'standard webhooks verify')[0]?.href).toBe('/docs/webhooks#receive-and-verify')
  expect(searchPages(pages, 'payment.refunded')[0]?.href).toBe('/docs/events#payment-refunded')
  expect(searchPages(pages, 'transactions simulate')[0]?.href).toMatch(/^\/docs\/api#post-transactions-simulate/)
  expect(searchPages(pages, '')).toEqual([])
  expect(searchPages(pages, 'zebra')).toEqual([])
})

test('as Markdown a page has its title, its description and links that work elsewhere', () => {
  const markdown = toMarkdown(
    pages.find(({ slug }) => slug === 'sessions')!,
    origin,
  )
  expect(markdown).toMatch(/^# Sessions\n\n> /)
  for (const page of pages) expect(toMarkdown(page, origin)).not.toMatch(/\]\(\//)
})
