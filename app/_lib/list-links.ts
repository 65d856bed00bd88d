import { Filter, Page } from '@/lib/paging'

/** The links of the footer of a list. */
export function listLinks(path: string, query: Record<string, string>, page: Page.Page<unknown>) {
  const link = (change: Record<string, string | undefined>) => Filter.href(path, query, change)
  return {
    shown: page.rows.length,
    total: page.total,
    of: Page.totalWords(page.total),
    ...(page.newer !== undefined && {
      firstHref: link({}),
      previousHref: link({ before: page.newer, after: undefined }),
    }),
    ...(page.older !== undefined && { nextHref: link({ after: page.older, before: undefined }) }),
    sizes: Page.sizes.map((size) => ({
      size,
      href: link({ size: size === Page.sizes[0] ? undefined : String(size) }),
      current: size === page.size,
    })),
  }
}
