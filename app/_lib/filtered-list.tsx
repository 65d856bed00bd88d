import type { LucideIcon } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { Empty } from '@/components/empty'
import { ExportMenu } from '@/components/list/export-menu'
import { FilterBar } from '@/components/list/filter-bar'
import type { FilterField } from '@/components/list/filter-field'
import { IgnoredHint } from '@/components/list/ignored-hint'
import { ListFooter } from '@/components/list/list-footer'
import { NoMatch } from '@/components/list/no-match'
import { Filter, type Page } from '@/lib/paging'
import { pageParts } from './export-list'
import { listLinks } from './list-links'

type Props = {
  /** What was read from the URL, with the parts that are not valid, and the page of rows. */
  list: { path: string; query: Record<string, string>; ignored: readonly string[]; page?: Page.Page<unknown> }
  fields: readonly FilterField[]
  /** "payments" */
  noun: string
  icon: LucideIcon
  /** Shown if the list is empty without any filter. */
  none: { title: string; text: ReactNode; action?: ReactNode; className?: string }
  /** Whether filters are set; by default, whether the query has any parameter. */
  isFiltered?: boolean
  /** More controls beside the export. */
  tools?: ReactNode
  /** Where the list is answered as a file. */
  exportPath?: string
  /** The links of the footer, for a list without a cursor. */
  links?: Omit<ComponentProps<typeof ListFooter>, 'noun'>
  /** Draws the table; `empty` is what it shows without rows. */
  children: (empty: ReactNode) => ReactNode
}

/** A list with its filters above it and its footer below. */
export function FilteredList({
  list,
  fields,
  noun,
  icon,
  none,
  isFiltered,
  tools,
  exportPath,
  links,
  children,
}: Props) {
  const { path, query, ignored, page } = list
  const { title, text, ...rest } = none
  const footer = links ?? (page && listLinks(path, query, page))
  return (
    <>
      <IgnoredHint ignored={ignored} href={Filter.href(path, query, {})} />
      <div className="flex flex-wrap items-start justify-between gap-x-3">
        <FilterBar query={query} fields={fields} />
        <div className="mb-3 flex items-center gap-1.5">
          {tools}
          {exportPath !== undefined && (
            <ExportMenu
              noun={noun}
              isFiltered={Object.keys(filtersOf(query)).length > 0}
              href={Filter.href(exportPath, filtersOf(query), {})}
            />
          )}
        </div>
      </div>
      {children(
        (isFiltered ?? Object.keys(query).length > 0) ? (
          <NoMatch icon={icon} noun={noun} path={path} />
        ) : (
          <Empty icon={icon} title={title} {...rest}>
            {text}
          </Empty>
        ),
      )}
      {footer && <ListFooter noun={noun} {...footer} />}
    </>
  )
}

/** The query without the page's own parts: an export has every page, in its own order. */
function filtersOf(query: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).filter(([name]) => !pageParts.includes(name)))
}
