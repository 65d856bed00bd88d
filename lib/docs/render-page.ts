import { env } from '../env'
import { Html } from '@/lib/html'
import { groups, pathOf, type DocsPage } from './DocsPage'
import * as Markdown from './Markdown'
import type { DocsHit } from './search-pages'
import { style } from './style'

/** The pages of the documentation as HTML: navigation, text, contents. */

type Made = { html: string; headers: Record<string, string> }

/** A page with its neighbours. */
export function renderPage(pages: readonly DocsPage[], page: DocsPage): Made {
  const { html, headings } = Markdown.render(page.markdown)
  const main = Html.html`<article>
      ${trail(page)}
      <h1>${page.title}</h1>
      <p class="lead">${page.description}</p>
      ${html} ${promptOf(page)} ${neighbours(pages, page)}
    </article>
    ${contents(headings)}`
  return shell(pages, { title: page.title, description: page.description, current: page.slug, main })
}

/** /docs: what there is, by group. */
export function startPage(pages: readonly DocsPage[]): Made {
  const sections = groups.map(
    (group) =>
      Html.html`<h2>${group}</h2>
        <ul class="cards">
          ${pages
            .filter((page) => page.group === group)
            .map(
              (page) =>
                Html.html`<li>
                <a href="${pathOf(page)}">${page.title}</a>
                <p>${page.description}</p>
              </li>`,
            )}
        </ul>`,
  )
  const description = 'How to buy, sell, execute, verify and run: guides and references.'
  const main = Html.html`<article>
    <h1>Documentation</h1>
    <p class="lead">
      Software pays for HTTP APIs by the call here, with x402 or MPP. These pages say how to buy, how to sell, and how to run it. The examples
      run as they are printed, against what is on sale at this moment.
    </p>
    ${sections}
    <h2>For a language model</h2>
    <p>
      <a href="/llms.txt">llms.txt</a> lists what is on sale. <a href="/llms-full.txt">llms-full.txt</a> has all of these pages. Each page is
      Markdown too: add <code>.md</code> to its address.
    </p>
  </article>`
  return shell(pages, { title: 'Documentation', description, current: '', main })
}

/** What the search found. */
export function searchPage(pages: readonly DocsPage[], text: string, hits: readonly DocsHit[]): Made {
  const list = Html.html`<ol class="hits">
    ${hits.map(
      ({ href, page, heading, excerpt }) =>
        Html.html`<li>
          <a href="${href}">${heading ? `${page}: ${heading}` : page}</a>
          <p>${excerpt}</p>
        </li>`,
    )}
  </ol>`
  const none = Html.html`<p>
    No page has all of these words. Try fewer, or look through <a href="/docs">the list of pages</a>.
  </p>`
  const main = Html.html`<article>
    <h1>Search</h1>
    <p class="lead" role="status">${found(hits.length)} for “${text}”</p>
    ${hits.length > 0 ? list : none}
  </article>`
  return shell(pages, { title: `${text} · Search`, current: undefined, main, text })
}

function found(count: number): string {
  return count === 0 ? 'Nothing' : count === 1 ? '1 section' : `${count} sections`
}

/** For an address without a page. */
export function missingPage(pages: readonly DocsPage[], path: string): Made {
  const main = Html.html`<article>
    <h1>There is no such page</h1>
    <p class="lead">Nothing is at ${path}. Search, or choose a page from the list.</p>
    <p><a href="/docs">All pages</a></p>
  </article>`
  return shell(pages, { title: 'Not found', current: undefined, main })
}

type Shell = { title: string; description?: string; current: string | undefined; main: Html.Html; text?: string }

function shell(pages: readonly DocsPage[], { title, description, current, main, text = '' }: Shell): Made {
  const body = Html.html`<a class="skip" href="#main">Skip to content</a>
    <header class="top">
      <a class="brand" href="/docs">${logo}<span>Sluice</span><span class="muted">Docs</span></a>
      <form action="/docs" role="search">
        <input type="search" name="q" value="${text}" placeholder="Search the docs" aria-label="Search the documentation" required maxlength="200" />
        <button type="submit">Search</button>
      </form>
      <a href="/">Dashboard</a>
    </header>
    <div class="frame">
      <details class="menu">
        <summary>All pages</summary>
        ${navigation(pages, current)}
      </details>
      <nav class="side" aria-label="Documentation">${navigation(pages, current)}</nav>
      <main id="main">${main}</main>
    </div>`
  return Html.document({
    title: `${title} · Sluice Docs`,
    ...(description !== undefined && { description }),
    style,
    body,
    hasForm: true,
  })
}

function navigation(pages: readonly DocsPage[], current: string | undefined): Html.Html[] {
  return groups.map((group) => {
    const links = pages
      .filter((page) => page.group === group)
      .map((page) => {
        const state =
          page.slug === current
            ? ' aria-current="page"'
            : current?.startsWith(`${page.slug}/`)
              ? ' aria-current="true"'
              : ''
        return Html.html`<li><a href="${pathOf(page)}"${Html.trusted(state)}>${page.title}</a></li>`
      })
    return Html.html`<p>${group}</p>
      <ul>${links}</ul>`
  })
}

/** Where the page stands, for pages that the navigation does not list. */
function trail({ slug, title }: DocsPage): Html.Html {
  const [parent] = slug.split('/')
  if (parent === slug) return Html.html``
  return Html.html`<p class="muted"><a href="/docs/${parent ?? ''}">Errors</a> / ${title}</p>`
}

function contents(headings: readonly Markdown.Heading[]): Html.Html {
  const shown = headings.filter(({ depth }) => depth === 2)
  if (shown.length < 2) return Html.html``
  return Html.html`<nav class="toc" aria-label="On this page">
    <p>On this page</p>
    <ul>${shown.map(({ id, text }) => Html.html`<li><a href="#${id}">${text}</a></li>`)}</ul>
  </nav>`
}

/** One click selects the text: there is no script that would copy it. */
function promptOf(page: DocsPage): Html.Html {
  const address = `${env.PUBLIC_URL}${pathOf(page)}.md`
  return Html.html`<details class="prompt">
    <summary>Copy as prompt</summary>
    <p class="muted">Click the text to select it. The page as Markdown: <a href="${pathOf(page)}.md">${pathOf(page)}.md</a></p>
    <pre class="all" tabindex="0"><code>Read ${address} (“${page.title}: ${page.description}”) and ${env.PUBLIC_URL}/llms.txt, then help me with this:
</code></pre>
  </details>`
}

function neighbours(pages: readonly DocsPage[], { slug }: DocsPage): Html.Html {
  const listed = pages.filter(({ group }) => group !== undefined)
  const at = listed.findIndex((page) => page.slug === slug)
  if (at < 0) return Html.html``
  const [before, after] = [listed[at - 1], listed[at + 1]]
  return Html.html`<nav class="next" aria-label="Neighbours">
    ${before ? Html.html`<a href="${pathOf(before)}">← ${before.title}</a>` : Html.html`<span></span>`}
    ${after && Html.html`<a href="${pathOf(after)}">${after.title} →</a>`}
  </nav>`
}

const logo = Html.trusted(
  '<svg aria-hidden="true" viewBox="0 0 20 20" width="20" height="20"><rect x="1" y="1" width="18" height="18" rx="4.5" fill="var(--ink)"/><rect x="7.25" y="4" width="5.5" height="6.5" rx="1" fill="var(--ground)"/><path d="M4.5 14c1.4-1.6 2.3-1.6 3.67 0s2.3 1.6 3.66 0 2.3-1.6 3.67 0" fill="none" stroke="var(--ground)" stroke-width="1.6" stroke-linecap="round"/></svg>',
)
