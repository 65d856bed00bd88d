import { createHash } from 'node:crypto'

/** Whole documents that are answered without Next: no script, one stylesheet inside, everything else escaped. */

/** Text that is HTML already. Every other value in a template is escaped. */
export type Html = { readonly text: string }

type Value = string | number | Html | readonly Html[] | false | undefined

/** The tag of a template. Strings are escaped, `false` and undefined leave nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { text: strings.map((part, index) => part + textOf(values[index])).join('') }
}

function textOf(value: Value): string {
  if (value === undefined || value === false) return ''
  if (typeof value === 'string' || typeof value === 'number') return escape(String(value))
  return 'text' in value ? value.text : value.map(({ text }) => text).join('')
}

/** Takes text as HTML. Only for text that this program made. */
export function trusted(text: string): Html {
  return { text }
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char)
}

export type HtmlDocument = {
  title: string
  /** For search engines; none: they leave the page out. */
  description?: string
  style: string
  body: Html
  /** Whether the page has a form that sends its values to this server. */
  hasForm?: boolean | undefined
  /** Whether the page gets an origin of its own: for texts of merchants. Its links then carry no strict cookie. */
  isApart?: boolean | undefined
}

/** A document and its headers: nothing but its own style is allowed in it. */
export function document({ title, description, style, body, hasForm, isApart }: HtmlDocument): {
  html: string
  headers: Record<string, string>
} {
  const robots = description === undefined && trusted('<meta name="robots" content="noindex" />')
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${robots}${description !== undefined && html`<meta name="description" content="${description}" />`}
        <title>${title}</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        ${trusted(`<style>${style}</style>`)}
      </head>
      <body>
        ${body}
      </body>
    </html> `
  return { html: page.text, headers: { ...headers, 'Content-Security-Policy': policyOf({ style, hasForm, isApart }) } }
}

const headers = {
  'Content-Type': 'text/html; charset=utf-8',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
}

function policyOf({ style, hasForm, isApart }: Pick<HtmlDocument, 'style' | 'hasForm' | 'isApart'>): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "img-src 'self'",
    "base-uri 'none'",
    `form-action ${hasForm ? "'self'" : "'none'"}`,
    "frame-ancestors 'none'",
    ...(isApart ? ['sandbox'] : []),
  ].join('; ')
}

/** Colours, letters, code, tables: what every such page has. The colours are those of the dashboard. */
export const baseStyle = `
:root { color-scheme: light dark; --ground: #fbfbfc; --card: #fff; --ink: #1c1d21; --soft: #5d6068; --line: #e2e3e7; --code: #f4f5f7; --brand: #2f5bd7; --tint: #eef2fe }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0d0e10; --card: #141518; --ink: #ecedef; --soft: #9fa2aa; --line: #2a2c31; --code: #1b1d21; --brand: #8fb0ff; --tint: #1a2238 }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.6 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; -webkit-text-size-adjust: 100% }
a { color: var(--brand); text-underline-offset: .2em; text-decoration-thickness: 1px }
:focus-visible { outline: 2px solid var(--brand); outline-offset: 2px; border-radius: .25rem }
h1 { margin: .25rem 0 .5rem; font-size: clamp(1.5rem, 5vw, 2rem); line-height: 1.2; letter-spacing: -.02em; overflow-wrap: anywhere }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.2rem; line-height: 1.3; letter-spacing: -.01em }
h3 { margin: 1.75rem 0 .5rem; font-size: 1rem; line-height: 1.4 }
p { margin: .75rem 0 }
code { font: .8125rem/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
pre { margin: .75rem 0; padding: .75rem .9rem; overflow-x: auto; background: var(--code); border: 1px solid var(--line); border-radius: .5rem }
.muted { color: var(--soft); font-size: .875rem }
.scroll { overflow-x: auto; margin: .75rem 0; background: var(--card); border: 1px solid var(--line); border-radius: .5rem }
table { width: 100%; border-collapse: collapse; font-size: .875rem; line-height: 1.5 }
th, td { padding: .55rem .9rem; text-align: left; vertical-align: top }
th { color: var(--soft); font-weight: 500; border-bottom: 1px solid var(--line); white-space: nowrap }
tr + tr td { border-top: 1px solid var(--line) }
summary { cursor: pointer }
.skip { position: absolute; left: -99rem } .skip:focus { left: 1rem; top: .5rem; z-index: 2; padding: .25rem .75rem; background: var(--card) }
`
