import { ButtonLink } from './ui/button-link'

type Props = {
  /** URL of the first page, unless this is the first. */
  firstHref?: string | undefined
  /** URL of the previous page, if there is one. */
  previousHref?: string | undefined
  /** URL of the next page, if there is one. */
  nextHref?: string | undefined
  /** "Showing 25 of 1,204". */
  summary?: string
}

/** Next and previous links of a list with cursor paging. */
export function Pager({ firstHref, previousHref, nextHref, summary }: Props) {
  if (!firstHref && !previousHref && !nextHref && !summary) return null
  return (
    <nav aria-label="Pages" className="mt-3 flex items-center justify-between gap-4">
      <p className="text-xs text-muted-foreground tabular-nums">{summary}</p>
      <div className="flex gap-2">
        {firstHref && (
          <ButtonLink href={firstHref} variant="outline" size="sm">
            First page
          </ButtonLink>
        )}
        {previousHref && (
          <ButtonLink href={previousHref} variant="outline" size="sm">
            Previous page
          </ButtonLink>
        )}
        {nextHref && (
          <ButtonLink href={nextHref} variant="outline" size="sm">
            Next page
          </ButtonLink>
        )}
      </div>
    </nav>
  )
}
