import { pathOf, type DocsPage } from './DocsPage'
import * as Markdown from './Markdown'

/** A section that has the words, best first. */
export type DocsHit = { href: string; page: string; heading: string; excerpt: string }

const hitsMax = 30
const excerptChars = 180
const weights = { title: 12, code: 10, heading: 6, text: 1 }

const sectionCache = new WeakMap<DocsPage, readonly Markdown.Section[]>()

/** The sections that contain every word of the text, in any order and inside of words. An empty text finds nothing. */
export function searchPages(pages: readonly DocsPage[], text: string, max = hitsMax): DocsHit[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 12)
  if (words.length === 0) return []
  const hits = pages.flatMap((page) =>
    sectionsOf(page).flatMap((section, index) => {
      const score = scoreOf(words, page, section, index === 0)
      return score === 0 ? [] : [{ page, section, score }]
    }),
  )
  return hits
    .sort((one, other) => other.score - one.score)
    .slice(0, max)
    .map(({ page, section }) => ({
      href: `${pathOf(page)}${section.id ? `#${section.id}` : ''}`,
      page: page.title,
      heading: section.heading,
      excerpt: excerptOf(section.text || page.description, words),
    }))
}

function sectionsOf(page: DocsPage): readonly Markdown.Section[] {
  const known = sectionCache.get(page) ?? Markdown.sectionsOf(page.markdown)
  sectionCache.set(page, known)
  return known
}

/** Zero unless every word is there. The title counts for the first section only: otherwise each of its sections is a hit. */
function scoreOf(
  words: readonly string[],
  { title, slug, description }: DocsPage,
  section: Markdown.Section,
  isFirst: boolean,
): number {
  const [inTitle, inHeading] = [isFirst ? title.toLowerCase() : '', section.heading.toLowerCase()]
  const code = isFirst ? slug : ''
  const inText = `${isFirst ? description : ''} ${section.text}`.toLowerCase()
  let score = 0
  for (const word of words) {
    const one =
      (inTitle.includes(word) ? weights.title : 0) +
      (code.includes(word) ? weights.code : 0) +
      (inHeading.includes(word) ? weights.heading : 0) +
      (inText.includes(word) ? weights.text : 0)
    if (one === 0) return 0
    score += one
  }
  return score
}

function excerptOf(text: string, words: readonly string[]): string {
  const lower = text.toLowerCase()
  const at = Math.max(
    0,
    Math.min(...words.map((word) => lower.indexOf(word)).filter((index) => index >= 0), text.length) - 60,
  )
  const start = at === 0 || at >= text.length ? 0 : lower.indexOf(' ', at) + 1
  const cut = text.slice(start, start + excerptChars)
  return `${start > 0 ? '… ' : ''}${cut}${start + excerptChars < text.length ? ' …' : ''}`.trim()
}
