import type { DocsGroup, DocsPage } from './DocsPage'

/** The guides: which there are, in which order, and how their files are read. */

/** Slug, which is the name of the file in docs/guide, and group. */
export const guides: readonly { slug: string; group: DocsGroup }[] = [
  { slug: 'pay-x402', group: 'Buy' },
  { slug: 'pay-mpp', group: 'Buy' },
  { slug: 'sessions', group: 'Buy' },
  { slug: 'mcp', group: 'Buy' },
  { slug: 'clients', group: 'Buy' },
  { slug: 'budgets', group: 'Buy' },
  { slug: 'receipts', group: 'Buy' },
  { slug: 'sell', group: 'Sell' },
  { slug: 'rails', group: 'Sell' },
  { slug: 'webhooks', group: 'Sell' },
  { slug: 'facilitator', group: 'Sell' },
  { slug: 'execution', group: 'Execute' },
  { slug: 'run', group: 'Run' },
  { slug: 'faq', group: 'Run' },
]

/**
 * A page from the text of its file: `# title`, a quoted description, then the body. `{{name}}` stands for a value, `// {{name}}` for a program.
 * @throws Error that names what the file lacks, or a name without a value.
 */
export function guidePage(
  { slug, group }: (typeof guides)[number],
  text: string,
  values: Readonly<Record<string, string>>,
): DocsPage {
  const [, title, description, body] = /^# (.+)\n\n> (.+)\n\n([^]*)$/.exec(text) ?? []
  if (title === undefined || description === undefined || body === undefined)
    throw new Error(`docs/guide/${slug}.md needs "# title", a blank line, "> description", a blank line and a body`)
  return { slug, group, title, description, markdown: fill(body, slug, values) }
}

function fill(text: string, slug: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/(?:\/\/ )?\{\{([\w.]+)\}\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`docs/guide/${slug}.md: nothing stands for {{${name}}}`)
    return value
  })
}
