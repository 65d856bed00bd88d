import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { codes, type ErrorCode } from '@/lib/errors'
import ErrorPage, { generateStaticParams } from './[code]/page'
import ErrorsPage from './page'

const all = Object.keys(codes) as ErrorCode[]
const text = (html: string) => html.replaceAll('&#x27;', "'").replaceAll('&quot;', '"')

test.each(all)('%s has a page with its help', async (code) => {
  const html = text(renderToStaticMarkup(await ErrorPage({ params: Promise.resolve({ code }) })))
  expect(codes[code].help.length).toBeGreaterThan(30)
  expect(html).toContain(codes[code].title)
  expect(html).toContain(codes[code].help)
  // As its type, or, where MPP has a type of its own for it, as help.
  expect(html).toMatch(new RegExp(`"(type|help)": "https://sluice.example/docs/errors/${code}"`))
  expect(html).toContain('What an agent should do')
})

test('every code is a page of its own, in the table', () => {
  expect(generateStaticParams().map(({ code }) => code)).toEqual(all)
  const html = renderToStaticMarkup(ErrorsPage())
  for (const code of all) expect(html).toContain(`href="/docs/errors/${code}"`)
})

test.each(['nonsense', '__proto__', 'toString'])('%s is not found', async (code) => {
  await expect(ErrorPage({ params: Promise.resolve({ code }) })).rejects.toThrow('NEXT_HTTP_ERROR_FALLBACK;404')
})
