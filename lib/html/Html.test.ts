import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { baseStyle, document, html, trusted } from './Html'

test('values are escaped, and what is HTML already is not', () => {
  const name = `"><script>alert('1')</script>&`
  expect(html`<p title="${name}">${[html`<b>${1}</b>`, trusted('<i></i>')]}${false}${undefined}</p>`.text).toBe(
    '<p title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;"><b>1</b><i></i></p>',
  )
})

test('a document allows its own style and nothing else', () => {
  const { html: text, headers } = document({
    title: 'A & B',
    style: baseStyle,
    body: html`<main></main>`,
    isApart: true,
  })
  const style = /<style>([^]*?)<\/style>/.exec(text)?.[1] ?? ''
  const hash = createHash('sha256').update(style).digest('base64')
  expect(headers['Content-Security-Policy']).toContain(`default-src 'none'; style-src 'sha256-${hash}'`)
  expect(headers['Content-Security-Policy']).toMatch(/form-action 'none'.*sandbox$/)
  expect(text).toContain('<title>A &amp; B</title>')
  expect(text).toContain('noindex')
})

test('a document with a form may send it to this server, and one with a description may be found', () => {
  const page = document({ title: 'A', description: 'About A', style: '', body: html`<form></form>`, hasForm: true })
  expect(page.headers['Content-Security-Policy']).toMatch(/form-action 'self'; frame-ancestors 'none'$/)
  expect(page.html).not.toContain('noindex')
})
