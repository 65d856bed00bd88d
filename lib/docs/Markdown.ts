import { Marked, type Tokens } from 'marked'
import { Html } from '@/lib/html'

/** Markdown of this repository as HTML. Text and code are escaped; HTML inside the Markdown is shown as text. */

export type Heading = { id: string; text: string; depth: number }
export type Rendered = { html: Html.Html; headings: readonly Heading[] }
/** The words under one heading, for the search. */
export type Section = { id: string; heading: string; text: string }

/** Renders the text. Headings get ids that stay as long as their words stay. */
export function render(markdown: string): Rendered {
  const headings: Heading[] = []
  const marked = new Marked({ gfm: true, async: false })
  marked.use({
    renderer: {
      heading(token) {
        const heading = headingOf(token, headings)
        headings.push(heading)
        const content = this.parser.parseInline(token.tokens)
        return `<h${token.depth} id="${heading.id}">${content} <a class="anchor" href="#${heading.id}" aria-label="Link to ${Html.escape(heading.text)}">#</a></h${token.depth}>\n`
      },
      code({ text, lang }) {
        const language = (lang ?? '').split(' ')[0] ?? ''
        return `<pre tabindex="0" role="region" aria-label="${languages[language] ?? 'Example'}"><code>${Html.escape(text)}</code></pre>\n`
      },
      table(token) {
        const cell = (tag: string) => (content: Tokens.TableCell) =>
          `<${tag}${tag === 'th' ? ' scope="col"' : ''}>${this.parser.parseInline(content.tokens)}</${tag}>`
        const head = token.header.map(cell('th')).join('')
        const rows = token.rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`).join('')
        return `<div class="scroll" tabindex="0" role="region" aria-label="Table"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>\n`
      },
      // Texts of merchants stand in the list of what is on sale: a link may lead to a page, and a picture is its words.
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens)
        return /^(https?:\/\/|mailto:|\/(?!\/)|#)/i.test(href) ? `<a href="${Html.escape(href)}">${words}</a>` : words
      },
      image({ text }) {
        return Html.escape(text)
      },
      html({ text }) {
        return Html.escape(text)
      },
    },
  })
  const html = Html.trusted(marked.parse(markdown) as string)
  return { html, headings }
}

const languages: Record<string, string> = {
  sh: 'Command',
  js: 'JavaScript',
  ts: 'TypeScript',
  python: 'Python',
  json: 'JSON',
  http: 'HTTP',
}

/** The words of a page by heading; the first section is what stands before any. */
export function sectionsOf(markdown: string): readonly Section[] {
  const sections: Section[] = [{ id: '', heading: '', text: '' }]
  const headings: Heading[] = []
  for (const token of new Marked({ gfm: true }).lexer(markdown)) {
    if (token.type === 'heading') {
      const heading = headingOf(token as Tokens.Heading, headings)
      headings.push(heading)
      sections.push({ id: heading.id, heading: heading.text, text: '' })
      continue
    }
    const last = sections.at(-1)
    if (last) last.text += ` ${plain(token.raw)}`
  }
  return sections
}

function headingOf({ text, depth }: Pick<Tokens.Heading, 'text' | 'depth'>, before: readonly Heading[]): Heading {
  const words = plain(text)
  const base =
    words
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      .replaceAll(/^-|-$/g, '') || 'section'
  const same = before.filter(({ id }) => id === base || id.startsWith(`${base}--`)).length
  return { id: same === 0 ? base : `${base}--${same + 1}`, text: words, depth }
}

/** Without the marks of Markdown. */
function plain(text: string): string {
  return text
    .replaceAll(/^```.*$/gm, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*|]|^[#>-]+ |(?<=\s)-{3,}/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
