/** A page below /docs. All of them are Markdown: one text makes the page, its twin for models and the search. */
export type DocsPage = {
  /** The part of the address behind /docs/; empty for the first page. */
  slug: string
  title: string
  /** One sentence. */
  description: string
  /** The heading of the navigation that it stands under. Pages without one are reached by links and by the search. */
  group?: DocsGroup
  /** The text below the title. */
  markdown: string
}

export const groups = ['Buy', 'Sell', 'Execute', 'Run', 'Reference'] as const
export type DocsGroup = (typeof groups)[number]

/** Path of a page. */
export function pathOf({ slug }: Pick<DocsPage, 'slug'>): string {
  return slug === '' ? '/docs' : `/docs/${slug}`
}

/** The page as Markdown, whole. `origin` makes its links absolute. */
export function toMarkdown({ title, description, markdown }: DocsPage, origin: string): string {
  const absolute = markdown.replaceAll(/\]\((\/[^)\s]*)\)/g, (_, path: string) => `](${origin}${path})`)
  return `# ${title}\n\n> ${description}\n\n${absolute.trim()}\n`
}
